"""A whole site with its mail server: web pages, Exim on the same database, and sinks in place of the world's mail servers.

Owns Exim and the sinks; the site is given and is told where its mail server stands.
"""

import os

from .child import Servers
from .exim import MAIL_DOMAIN, Exim
from .sinks import Sink


class MailSite:
    """own_route: the sink for mail of authenticated domains; default: the sink for all other mail of the platform."""

    def __init__(self, site, **values):
        self.site, self._own = site, Servers()
        installation = site.installation
        try:
            self.own_route, self.default = self._own.begin(Sink()), self._own.begin(Sink())
            database = f"({site.mariadb.socket})/{installation.schema}/volmacht_mail/{installation.password('mail')}"
            settings = {"DEFAULT_HOST": "127.0.0.1", "DEFAULT_PORT": self.default.port, "PLATFORM_SMARTHOST": "127.0.0.1", "PLATFORM_PORT": self.own_route.port, **values}
            self.exim = self._own.begin(Exim(os.path.join(site.folder, "exim"), installation.source, database, **settings))
            installation.write_config(smtp_host=self.exim.address, smtp_port=self.exim.port, smtp_security="none")
            site.start_web()
        except BaseException:
            self.stop()
            raise

    def credential(self, account):
        """(login, password) for submission as that account, created by the command line."""
        login, password = self.site.installation.must("credential", "add", "--account", account.id).split("\n")
        return login, password

    def platform_dns(self):
        """The platform's records in the DNS that the verifier reads: this machine may send for it."""
        return {MAIL_DOMAIN: "v=spf1 ip4:127.0.0.1 -all"}

    def stop(self):
        self._own.stop()
