"""A person using the portal: presses links and buttons by their text, fills fields by their label, counts both."""

import re
from dataclasses import dataclass, field

from captcha.models import CaptchaStore
from playwright.sync_api import Page, Response, expect

from recovery.challenge import ask_about


@dataclass
class Walk:
    """One browser. `pressed` and `typed` count the person's actions; `last` is the last page's response."""

    page: Page
    pressed: list[str] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    last: Response | None = None
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("response", self._notice)

    def _notice(self, response: Response) -> None:
        self.asked.append(response.url)
        if response.request.is_navigation_request() and response.request.redirected_to is None:
            self.last = response

    def go(self, path: str) -> "Walk":
        """Type an address."""
        self.page.goto(path)
        return self

    def press(self, text: str) -> "Walk":
        """Press the first link or button with this prefix, and wait for the next page."""
        self.pressed.append(text)
        begins_so = re.compile(f"^{re.escape(text)}")
        link = self.page.get_by_role("link", name=begins_so)
        button = self.page.get_by_role("button", name=begins_so)
        with self.page.expect_navigation():
            link.or_(button).first.click()
        return self

    def open(self, text: str) -> "Walk":
        """Open what is folded under this text."""
        self.page.locator("summary", has_text=text).first.click()
        return self

    def type(self, label: str, text: str) -> "Walk":
        """Type into the field with that label."""
        self.typed.append(label)
        self.page.get_by_label(label, exact=True).fill(text)
        return self

    def reads(self, text: str) -> "Walk":
        """Assert that the text is visible on the page."""
        expect(self.page.locator("body")).to_contain_text(text)
        return self

    def reads_not(self, text: str) -> "Walk":
        expect(self.page.locator("body")).not_to_contain_text(text)
        return self

    def is_at(self, path: str) -> "Walk":
        expect(self.page).to_have_url(re.compile(rf"^[^?]*{re.escape(path)}(\?.*)?$"))
        return self

    def answer(self, document: str) -> "Walk":
        """Choose the right option of every question, as the member would."""
        for number, question in enumerate(ask_about(document).questions, 1):
            self.page.locator(f"input[name=pregunta_{number}][value='{question.right}']").check()
        return self

    def read_picture(self) -> "Walk":
        """Type the word of the picture."""
        key = self.page.locator("input[name=captcha_0]").input_value()
        return self.type("Escriba la palabra de la imagen", CaptchaStore.objects.get(hashkey=key).response)

    def key_shown(self) -> str:
        """The key of the result page: digits in the only element of class `clave`."""
        shown = self.page.locator(".clave")
        expect(shown).to_have_count(1)
        return shown.inner_text()

    def answer_size(self) -> bytes:
        """The bytes of the last page."""
        assert self.last is not None
        return self.last.body()
