"""Fixtures of the login tests: a site that sends its mail to a sink, where the tests read the links."""

import pytest

from testbed.sinks import Sink


@pytest.fixture(scope="module")
def office(own_site, site):
    made = own_site(servers=site)
    made.sink = Sink().start()
    made.installation.write_config(smtp_host="127.0.0.1", smtp_port=made.sink.port, smtp_security="none", mail_from="berichten@volmacht.example")
    made.installation.stop()
    made.start_web()
    yield made
    made.sink.stop()
