/*
 * What a script adds to pages that work without it: copy buttons, search as you type, a check that renews the page in place and is repeated on request, and
 * details that unfold.
 * No words of its own: they stand in data-* of #announce, in the page's language.
 */
(function () {
	"use strict";

	var announcer = document.getElementById("announce");
	var COPIED_MS = 2000;

	/* Emptied first, so that a screen reader reads the same text twice in a row. */
	function announce(words) {
		announcer.textContent = "";
		window.setTimeout(function () {
			announcer.textContent = words;
		}, 50);
	}

	/* Without HTTPS browsers give no clipboard: select the text and let the browser copy it. */
	function copyBySelection(words) {
		var place = document.createElement("textarea"), active = document.activeElement;
		place.value = words;
		place.className = "unseen";
		place.setAttribute("aria-hidden", "true");
		document.body.appendChild(place);
		place.select();
		try {
			return document.execCommand("copy");
		} catch (e) {
			return false;
		} finally {
			place.remove();
			active.focus({ preventScroll: true });
		}
	}

	function showCopied(button) {
		button.ownLabel = button.ownLabel || Array.from(button.childNodes);
		window.clearTimeout(button.timer);
		button.textContent = announcer.dataset.copied;
		button.classList.add("copied");
		announce(announcer.dataset.copied);
		button.timer = window.setTimeout(function () {
			button.replaceChildren.apply(button, button.ownLabel);
			button.classList.remove("copied");
		}, COPIED_MS);
	}

	function copy(button, words) {
		if (navigator.clipboard && window.isSecureContext) {
			navigator.clipboard.writeText(words).then(
				function () { showCopied(button); },
				function () { if (copyBySelection(words)) showCopied(button); });
		} else if (copyBySelection(words)) {
			showCopied(button);
		}
	}

	/* A name in the chosen form. */
	function valueOf(element) {
		var relative = document.getElementById("host-relative");
		return (element.dataset.copy === "host" && relative && relative.checked ? element.querySelector(".own") : element).textContent;
	}

	/* All records as text: full names, because the recipient may have another DNS panel. */
	function allAsText() {
		return Array.from(document.querySelectorAll("[data-record]"), function (record) {
			var head = record.querySelector("h3").textContent + " (" + record.querySelector(".need").textContent + "), " + record.querySelector(".tag").textContent;
			return head + "\n" + Array.from(record.querySelectorAll("dl > div"), function (pair) {
				return pair.querySelector("dt").textContent + ": " + pair.querySelector("[data-copy]").textContent;
			}).join("\n") + "\n";
		}).join("\n");
	}

	/* The record at the top of a scrolled viewport: the first whose end is visible. */
	function inSight(live) {
		var records = window.scrollY > 0 ? Array.from(live.querySelectorAll("[data-record]")) : [];
		return records.find(function (r) { return r.getBoundingClientRect().bottom > 0; }) || null;
	}

	/* Replaces the content by the response's fragment. The element itself, the focus and the scroll position are kept. */
	function renew(live, html) {
		var fresh = new DOMParser().parseFromString(html, "text/html").getElementById("live");
		if (!fresh)
			return false;
		var active = document.activeElement;
		var key = live.contains(active) ? active.dataset.copyFor || active.getAttribute("href") || active.id : null;
		var chosen = Array.from(live.querySelectorAll("input[type=radio]:checked")).filter(function (r) { return !r.defaultChecked; });
		var open = {}, seen = inSight(live);
		var top = seen ? seen.getBoundingClientRect().top : 0;
		live.querySelectorAll("details[open]").forEach(function (d) { open[d.parentNode.dataset.record] = true; });
		var lead = live.querySelector(".records-lead"), height = lead ? lead.offsetHeight : 0;
		live.dataset.status = fresh.dataset.status;
		live.replaceChildren.apply(live, Array.from(fresh.childNodes));
		live.querySelectorAll("details").forEach(function (d) { d.open = !!open[d.parentNode.dataset.record]; });
		chosen.forEach(function (r) { document.getElementById(r.id).checked = true; });
		lead = live.querySelector(".records-lead");
		if (lead)
			lead.style.minHeight = height + "px"; /* a shorter text moves nothing up */
		seen = seen ? live.querySelector("[data-record='" + seen.dataset.record + "']") : null;
		if (seen)
			window.scrollBy(0, seen.getBoundingClientRect().top - top);
		if (key) {
			live.querySelectorAll("[data-copy-for], a[href], input, button").forEach(function (e) {
				if (e.dataset.copyFor === key || e.getAttribute("href") === key || e.id === key)
					e.focus({ preventScroll: true });
			});
		}
		return true;
	}

	function sayResult(live) {
		var badge = live.querySelector(".state .badge");
		var result = live.querySelector(".result");
		announce((badge ? badge.textContent + ". " : "") + (result ? result.textContent : ""));
	}

	function sayFailed(live) {
		var result = live.querySelector(".result");
		if (result) {
			result.setAttribute("role", "alert");
			result.textContent = announcer.dataset.failed;
		}
	}

	/* done(wait) is called at the end: wait is the server's Retry-After in seconds, 0 after a check, -1 after a failure. */
	function check(form, button, live, quiet, done) {
		var before = stateOf(live), wait = 0;
		button.setAttribute("aria-busy", "true");
		live.setAttribute("aria-busy", "true");
		if (!quiet)
			announce(announcer.dataset.busy);
		fetch(form.action, {
			method: "POST",
			body: new URLSearchParams(new FormData(form)),
			headers: { "X-Requested-With": "fetch" },
			credentials: "same-origin"
		}).then(function (response) {
			if (response.redirected || response.status === 403 || response.status === 404) {
				window.location.reload(); /* logged out, deleted or expired: the page shows that */
				return null;
			}
			if (response.status === 429)
				wait = Number(response.headers.get("Retry-After")) || 60;
			return response.text();
		}).then(function (html) {
			if (html === null)
				return;
			var open = live.querySelector("[data-unfold][aria-expanded=true]") !== null;
			if (!renew(live, html)) {
				wait = -1;
				sayFailed(live);
				return;
			}
			if (!quiet || stateOf(live) !== before)
				sayResult(live);
			if (open)
				unfold(live.querySelector("[data-unfold]"));
		}).catch(function () {
			wait = -1;
			sayFailed(live);
		}).then(function () {
			button.removeAttribute("aria-busy");
			live.removeAttribute("aria-busy");
			done(wait);
		});
	}

	/* --- repeated checks --- */

	var watch = document.getElementById("watch");
	var watching = null; /* {until, pause, timer} */

	function stateOf(live) {
		return live.dataset.status + " " + Array.from(live.querySelectorAll("[data-verdict]"), function (r) { return r.dataset.verdict; }).join(" ");
	}

	function watchSay(words) {
		watch.querySelector(".watch-say").textContent = words;
	}

	function watchButtons(running) {
		var start = document.getElementById("watch-start"), stop = document.getElementById("watch-stop");
		var focused = document.activeElement === start || document.activeElement === stop;
		start.hidden = running;
		stop.hidden = !running;
		if (focused)
			(running ? stop : start).focus({ preventScroll: true });
	}

	function watchEnd(words) {
		if (!watching)
			return;
		window.clearTimeout(watching.timer);
		watching = null;
		watchButtons(false);
		watchSay(words);
		announce(words);
	}

	/* Schedules the next check, if it falls within the time. */
	function watchNext(wait) {
		var pause = Math.max(watching.pause, wait) * 1000;
		if (Date.now() + pause > watching.until)
			return watchEnd(watch.dataset.ended);
		watching.pause = Math.min(watching.pause * 1.5, Number(watch.dataset.longest));
		watchSay(watch.dataset.next + " " + new Date(Date.now() + pause).toLocaleTimeString(document.documentElement.lang) + ".");
		watching.timer = window.setTimeout(function () { runCheck(true); }, pause);
	}

	function watchStart() {
		watching = { until: Date.now() + Number(watch.dataset.limit) * 1000, pause: Number(watch.dataset.pause), timer: 0 };
		watchButtons(true);
		watchNext(0);
		announce(watch.querySelector(".watch-say").textContent);
	}

	/* After each check: a good result ends the repetition; after a click any other result shows the offer, after a repeated check it schedules the next. */
	function watchAfter(live, wait) {
		if (!watch)
			return;
		if (live.dataset.status === "verified") {
			if (watching) {
				window.clearTimeout(watching.timer);
				watching = null;
				watchButtons(false);
			}
			watch.hidden = true;
			return;
		}
		watch.hidden = false;
		if (watching)
			watchNext(Math.max(wait, 0));
	}

	function runCheck(quiet) {
		var form = document.getElementById("check"), button = document.getElementById("check-status"), live = document.getElementById("live");
		if (watching)
			window.clearTimeout(watching.timer);
		if (button.getAttribute("aria-busy") !== "true") /* one at a time */
			check(form, button, live, quiet, function (wait) { watchAfter(live, wait); });
	}

	/* On a phone the menu is a row that scrolls: the current entry is scrolled into view. */
	var here = document.querySelector(".menu li [aria-current]");
	if (here)
		here.closest(".menu").scrollLeft = Math.max(0, here.offsetLeft + here.offsetWidth + 48 - document.documentElement.clientWidth);

	document.addEventListener("visibilitychange", function () {
		if (document.hidden && watch)
			watchEnd(watch.dataset.hidden);
	});

	/* --- content on demand --- */

	/* A link to a page; with a script the page's content opens below the link, and closes again. */
	function unfold(link) {
		var place = document.getElementById(link.dataset.unfold);
		if (link.getAttribute("aria-expanded") === "true") {
			link.setAttribute("aria-expanded", "false");
			place.replaceChildren();
			return;
		}
		link.setAttribute("aria-expanded", "true");
		fetch(link.href, { headers: { "X-Requested-With": "fetch" }, credentials: "same-origin" }).then(function (response) {
			if (!response.ok || response.redirected)
				throw new Error("no answer");
			return response.text();
		}).then(function (html) {
			var fresh = new DOMParser().parseFromString(html, "text/html").getElementById("answers");
			if (fresh && link.getAttribute("aria-expanded") === "true")
				place.replaceChildren(fresh);
			else if (!fresh)
				throw new Error("no answers");
		}).catch(function () {
			window.location.assign(link.href); /* the page itself shows the error */
		});
	}

	/* --- search as you type --- */

	var SEARCH_PAUSE_MS = 180;
	var search = document.getElementById("search"), searched = 0, searchTimer = 0;

	/* Replaces the list below the field; the field keeps its text and focus. */
	function find() {
		var url = new URL(search.action), mine = ++searched;
		window.clearTimeout(searchTimer);
		url.search = new URLSearchParams(new FormData(search));
		fetch(url, { credentials: "same-origin" }).then(function (response) {
			if (!response.ok || response.redirected)
				throw new Error("no list");
			return response.text();
		}).then(function (html) {
			var fresh = new DOMParser().parseFromString(html, "text/html");
			if (mine !== searched)
				return; /* more was typed meanwhile */
			["chips", "results"].forEach(function (id) {
				document.getElementById(id).replaceChildren.apply(document.getElementById(id), Array.from(fresh.getElementById(id).childNodes));
			});
			window.history.replaceState(null, "", url);
			announce(document.getElementById("found").textContent);
		}).catch(function () {
			if (mine === searched)
				search.submit(); /* the page itself shows the error */
		});
	}

	document.addEventListener("input", function (event) {
		if (event.target.id !== "q" || !window.fetch || !search.replaceChildren)
			return;
		window.clearTimeout(searchTimer);
		searchTimer = window.setTimeout(find, SEARCH_PAUSE_MS);
	});

	document.addEventListener("click", function (event) {
		var button = event.target.closest("button[data-copy-for], button[data-copy-all]");
		if (button)
			copy(button, "copyAll" in button.dataset ? allAsText() : valueOf(document.getElementById(button.dataset.copyFor)));
		var link = event.target.closest("a[data-unfold]");
		if (link && window.fetch && link.replaceChildren && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
			event.preventDefault();
			unfold(link);
		}
		if (event.target.closest("#watch-start"))
			watchStart();
		if (event.target.closest("#watch-stop"))
			watchEnd(watch.dataset.stopped);
	});

	document.addEventListener("submit", function (event) {
		if (event.target === search && window.fetch && search.replaceChildren) {
			event.preventDefault();
			find();
		}
		var live = document.getElementById("live");
		if (event.target.id !== "check" || !live || !window.fetch || !live.replaceChildren)
			return;
		event.preventDefault();
		runCheck(false);
	});
})();
