"""GET /metrics from another machine: metrics_token as a bearer token, behind both web servers."""

import os

import pytest

from testbed.client import Client
from testbed.web import Apache, Nginx

TOKEN = "een-lang-geheim"
REMOTE = {"X-Real-IP": "192.0.2.77"}


@pytest.fixture(scope="module")
def watched(own_site, site):
    return own_site(servers=site, metrics_token=TOKEN)


class RealIpApache(Apache):
    """A web server that takes the client's address from a header, so that a test can come from another address."""

    MODULES = (*Apache.MODULES, "remoteip")

    def _proxy(self, static):
        return super()._proxy(static) + "\nRemoteIPHeader X-Real-IP\nRemoteIPInternalProxy 127.0.0.1"


@pytest.fixture(scope="module", params=["nginx", "apache"])
def server(request, watched):
    installation = watched.installation
    sockets = [installation.fcgi[pool].socket for pool in ("pages", "checks")]
    folder = f"{watched.folder}/{request.param}-metrics"
    if request.param == "nginx":
        made = Nginx(installation.source, folder, *sockets, more="    set_real_ip_from 127.0.0.1;\n    real_ip_header X-Real-IP;\n")
    else:
        os.chmod(installation.folder, 0o711)
        made = RealIpApache(installation.source, folder, *sockets)
    made.start()
    yield made
    made.stop()


@pytest.mark.parametrize("authorization", [None, f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", "Bearer ", "Bearer", TOKEN, f"Basic {TOKEN}"])
def test_without_the_token_no_other_machine_gets_metrics(server, authorization):
    headers = {**REMOTE, "Authorization": authorization} if authorization else REMOTE
    answer = Client(server.url).get("/metrics", headers=headers)
    assert answer.status_code == 403 and "volmacht_" not in answer.text


def test_the_token_gives_access(server):
    answer = Client(server.url).get("/metrics", headers={**REMOTE, "Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200 and answer.text.startswith("# TYPE volmacht_up gauge\nvolmacht_up 1\n")


def test_loopback_needs_no_token(server):
    assert Client(server.url).get("/metrics").status_code == 200


def test_the_token_gives_access_to_nothing_else(server):
    answer = Client(server.url).get("/settings", headers={**REMOTE, "Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 303 and "/login" in answer.headers["Location"]
