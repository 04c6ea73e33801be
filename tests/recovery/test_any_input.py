"""Any bytes in any field get a page, never a 5xx."""

from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests import makers
from tests.recovery.walk import QUESTIONS, RESULT, START, start

TEXT = st.one_of(st.text(max_size=40), st.sampled_from(["\x00", "a@b.co", "1" * 400, "🂡", "'; DROP TABLE", "١٢٣٤٥", "-1"]))
FIELDS = ["documento", "correo", "pregunta_1", "pregunta_9", "captcha_0", "captcha_1", "accion", "csrfmiddlewaretoken"]
FORMS = st.dictionaries(st.sampled_from(FIELDS), st.one_of(TEXT, st.lists(TEXT, max_size=3)), max_size=8)


class AnyInput(TestCase):
    def setUp(self) -> None:
        makers.make_member()

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(form=FORMS, raw=st.binary(max_size=60))
    def test_every_step_answers(self, form: dict[str, object], raw: bytes) -> None:
        client = Client()
        start(client, "32451867")
        for path in (QUESTIONS, START, RESULT):
            assert client.post(path, form).status_code < 500
            content_type = "application/x-www-form-urlencoded"
            assert client.generic("POST", path, b"correo=" + raw, content_type=content_type).status_code < 500
        assert client.get("/recuperar/imagen/nada/").status_code == 410
