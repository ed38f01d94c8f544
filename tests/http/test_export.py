"""The domains as a CSV file: complete, harmless in a spreadsheet, the account's own only, sent in chunks."""

import csv
import io
import re

from testbed.site import fresh_domain

PATH = "/settings/domains/export"


def rows(answer):
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/csv; charset=utf-8")
    assert answer.content.startswith(b"\xef\xbb\xbf") and answer.content.endswith(b"\r\n")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), strict=True))


def test_what_is_in_it(client):
    plain, idn = fresh_domain("nl"), "bücher-" + fresh_domain("nl")
    client.add_domain(plain)
    client.check(client.add_domain(idn))
    answer = client.get(PATH)
    assert re.search(r'filename="domeinen-\d{4}-\d\d-\d\d\.csv"', answer.headers["Content-Disposition"])
    head, *lines = rows(answer)
    assert head[:3] == ["Domein", "Domein in ASCII", "Status"] and len(head) == 8
    found = {line[0]: line for line in lines}
    assert set(found) == {plain, idn} and all(len(line) == 8 for line in lines)
    assert found[idn][1].startswith("xn--") and found[plain][2] == "Wacht op DNS" and found[plain][7] == ""
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", found[idn][7])
    assert rows(client.get(PATH + "?lang=en"))[0][0] == "Domain"


def test_many_come_whole_and_filtered(site, account, client):
    tag = fresh_domain("x")[:-2]
    client.add_domain(f"aaa-{tag}.nl")
    wanted = [f"{'winkel' if i % 2 else 'kapper'}{i:04d}-{tag}.nl" for i in range(1000)]
    wanted.sort()
    site.installation.rows.domains(account.id, [{"name": name} for name in wanted])
    answer = client.get(PATH)
    assert [line[1] for line in rows(answer)[1:]] == [f"aaa-{tag}.nl", *wanted]
    assert [line[1] for line in rows(client.get(PATH + "?q=kapper&status=pending"))[1:]] == [name for name in wanted if "kapper" in name]
    assert len(rows(client.get(PATH + "?status=lost"))) == 1
    assert client.request("HEAD", PATH).content == b""


def test_only_ones_own(site, client):
    foreign = fresh_domain()
    site.account().client().add_domain(foreign)
    assert rows(client.get(PATH + "?q=" + foreign))[1:] == [] and foreign not in client.get(PATH).text
    assert site.client().get(PATH).status_code == 303


def test_what_is_asked_badly(client):
    for query in ("?status=x", "?q=%00", "?q=" + "a" * 3000, "?q=%FF"):
        assert client.get(PATH + query).status_code in (200, 400), query
    assert client.post(PATH, csrf=client.csrf()).status_code == 405
