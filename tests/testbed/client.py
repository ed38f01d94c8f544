"""An HTTP client without a browser: keeps cookies, sends forms with their CSRF token, reads the hooks (data-… attributes) of a page.

Knows HTTP and HTML; knows no page by name but the login.
"""

from html.parser import HTMLParser

import requests

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Element:
    def __init__(self, tag, attrs, parent):
        self.tag, self.attrs, self.parent, self.text = tag, dict(attrs), parent, ""

    def __getitem__(self, name):
        return self.attrs.get(name)

    def inside(self, other):
        at = self
        while at:
            if at is other:
                return True
            at = at.parent
        return False


class Page(HTMLParser):
    """The elements of a document in order, each with its attributes and its text."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self._open = [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        element = Element(tag, attrs, self._open[-1] if self._open else None)
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.elements.append(Element(tag, attrs, self._open[-1] if self._open else None))

    def handle_endtag(self, tag):
        for i in range(len(self._open) - 1, -1, -1):
            if self._open[i].tag == tag:
                del self._open[i:]
                return

    def handle_data(self, data):
        for element in self._open:
            element.text += data

    def all(self, tag=None, within=None, **wanted):
        """Elements with these attributes; data_record="dkim" means data-record, True means any value."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in wanted.items()}
        return [e for e in self.elements if (tag is None or e.tag == tag) and (within is None or e.inside(within)) and
                all(name in e.attrs and (value is True or e.attrs[name] == value) for name, value in wanted.items())]

    def one(self, tag=None, within=None, **wanted):
        found = self.all(tag, within, **wanted)
        assert len(found) == 1, f"{len(found)} elements with {tag or ''} {wanted}, one expected"
        return found[0]

    def form(self, action):
        """The hidden and default fields that a browser would send with the form that posts to action."""
        forms = [f for f in self.all("form") if (f["action"] or "") == action and (f["method"] or "get").lower() == "post"]
        assert forms, f"no form posts to {action}; there are {[f['action'] for f in self.all('form')]}"
        return {e["name"]: e["value"] or "" for e in self.all("input", within=forms[0], name=True) if e["type"] not in ("submit", "checkbox", "radio")}

    @property
    def csrf(self):
        tokens = {e["value"] for e in self.all("input", name="csrf")}
        assert len(tokens) == 1, f"{len(tokens)} CSRF tokens on the page"
        return tokens.pop()


class Client:
    def __init__(self, url):
        self.url = url
        self.http = requests.Session()
        self.http.trust_env = False  # no proxy of the environment

    def request(self, method, path, **options):
        options.setdefault("allow_redirects", False)
        options.setdefault("timeout", 30)
        return self.http.request(method, self.url + path, **options)

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def page(self, path, status=200):
        answer = self.get(path)
        assert answer.status_code == status, f"GET {path}: {answer.status_code}, {status} expected\n{answer.text[:500]}"
        return Page(answer.text)

    def post(self, path, data=None, csrf=None, **options):
        """Sends a form; csrf: its token, None: without one."""
        data = dict(data or {})
        if csrf is not None:
            data["csrf"] = csrf
        return self.request("POST", path, data=data, **options)

    def login(self, email, password, status=303):
        token = self.page("/login").csrf
        answer = self.post("/login", {"email": email, "password": password}, csrf=token)
        assert answer.status_code == status, f"login: {answer.status_code}, {status} expected\n{answer.text[:500]}"
        return answer

    def csrf(self, path="/settings/domains/new"):
        return self.page(path).csrf

    def add_domain(self, name):
        """Adds a domain; returns its id."""
        answer = self.post("/settings/domains", {"domain": name}, csrf=self.csrf())
        assert answer.status_code == 303, f"adding {name}: {answer.status_code}\n{answer.text[:800]}"
        return answer.headers["Location"].split("/settings/domains/")[1].split("?")[0]

    def check(self, domain_id, **options):
        token = self.csrf(f"/settings/domains/{domain_id}")
        return self.post(f"/settings/domains/{domain_id}/check", csrf=token, **options)
