"""Django's deployment check on the portal with an operator's settings."""

import os
import subprocess
import sys

from tests.settings import ROOT


def deployment_check(**changes: str) -> subprocess.CompletedProcess[str]:
    as_deployed = {"DJANGO_SETTINGS_MODULE": "cooperen.settings", "HTTPS": "on", "AUDIT_ANCHORS": "anchors"}
    as_deployed |= {"ALLOWED_HOSTS": "www.cooperen.com"}
    environment = os.environ | as_deployed | changes
    environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # the browser tests' own
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_the_deployment_check_has_nothing_to_say():
    checked = deployment_check()
    assert checked.returncode == 0, checked.stderr


def test_it_objects_to_plain_http():
    assert "security.W008" in deployment_check(HTTPS="off").stderr


def test_it_objects_to_whatever_weakens_the_portal():
    said = deployment_check(DEBUG="on", ALLOWED_HOSTS="*", TRUSTED_PROXIES="0.0.0.0/0", AUDIT_ANCHORS="").stderr
    for number in ("W002", "W003", "W004", "W006"):
        assert f"cooperen.{number}" in said


def test_it_objects_to_what_the_example_file_says():
    said = deployment_check(COOP_PHONE="(601) 555 0100", PORTAL_DOMAIN="www.otra.coop").stderr
    for number in ("W007", "W008"):
        assert f"cooperen.{number}" in said


def test_it_objects_to_one_secret_used_twice():
    assert "cooperen.W005" in deployment_check(DIGEST_KEY=os.environ["DECOY_KEY"]).stderr
