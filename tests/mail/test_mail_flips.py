"""Many mails of many accounts while domains and senders change at random: each is delivered once, by a route that was correct at delivery."""

import functools
import os
import random
import threading
import time

MAILS, ACCOUNTS = (int(n) for n in os.environ.get("VOLMACHT_FLIPS", "200,8").split(","))


class History:
    """The correct routes of an account's mail over time: a new one from the start of the change, the old one until its end."""

    def __init__(self, route):
        self.spans = [[0.0, float("inf"), route]]

    def change(self, route, do):
        self.spans.append([time.time(), float("inf"), route])
        do()
        self.spans[-2][1] = time.time()

    def routes(self, since, until):
        """All routes that were correct at some time between since and until."""
        return {route for begin, end, route in self.spans if begin <= until and end >= since}


def test_every_mail_leaves_once_by_a_route_that_was_right(own_post):
    post = own_post()
    chance = random.Random(os.environ.get("VOLMACHT_SEED", "1"))
    server = post.outside()
    accounts = [post.account() for _ in range(ACCOUNTS)]
    domains = {a: a.domain("gedeeld.voorbeeld.test" if i % 2 else None, status="verified" if i % 3 else "pending") for i, a in enumerate(accounts)}
    histories = {a: History("own" if i % 3 else "default") for i, a in enumerate(accounts)}
    submitted, stop = {}, threading.Event()

    def flip():
        state = {a: [i % 3 > 0, False] for i, a in enumerate(accounts)}
        while not stop.is_set():
            account = chance.choice(accounts)
            domain, now = domains[account], state[account]
            what = chance.randrange(3)
            now[what == 2] = not now[what == 2]
            if what < 2:
                do = functools.partial(domain.set, "verified" if now[0] else chance.choice(["lost", "pending"]))
            elif now[1]:
                do = functools.partial(account.sender, f"@{domain.name}", "smtp", host=server.address, secret="secret")
            else:
                do = functools.partial(post.sql, f"DELETE FROM sender WHERE account_id = UNHEX('{account.id.hex}')")
            histories[account].change("smtp" if now[1] else "own" if now[0] else "default", do)
            stop.wait(0.05)

    def submit(share):
        connections = {a: a.client() for a in accounts}
        for i in share:
            account = accounts[i % ACCOUNTS]
            subject = f"flip-{i}"
            submitted[subject] = (account, time.time())
            sender = f"x@{domains[account].name}"
            connections[account].sendmail(sender, ["bob@ontvanger.test"], f"From: {sender}\r\nSubject: {subject}\r\n\r\nx\r\n")
        for connection in connections.values():
            connection.quit()

    flipper = threading.Thread(target=flip)
    flipper.start()
    workers = [threading.Thread(target=submit, args=(range(n, MAILS, 4),)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    post.settle(120 + MAILS / 5)
    stop.set()
    flipper.join()

    arrived = [("own", m) for m in post.own_route.mails] + [("default", m) for m in post.default.mails] + [("smtp", m) for m in server.mails]
    assert sorted(m.header("Subject")[0] for _, m in arrived) == sorted(submitted)
    routes = {"own": 0, "default": 0, "smtp": 0}
    for route, mail in arrived:
        account, at = submitted[mail.header("Subject")[0]]
        assert route in histories[account].routes(at - 0.1, mail.at + 0.1), (route, mail.header("Subject"))
        routes[route] += 1
        signers = [tag.strip()[2:] for s in mail.header("DKIM-Signature") for tag in s.split(";") if tag.strip().startswith("s=")]
        assert all(s in domains[account].selectors for s in signers) and bool(signers) == (route == "own")
        assert route != "own" or mail.mail_from.endswith("@bounce." + domains[account].name)
        assert route != "default" or mail.mail_from.endswith("@mta.volmacht.example")
        assert mail.mail_from[2:14] == str(account.id)[-12:] or route != "own"
    assert not [b for a in accounts for b in post.bounces(a)]
    assert min(routes.values()) > 0, routes
    print(f"{MAILS} mails of {ACCOUNTS} accounts: {routes}")
