/*
 * What a script adds to pages that work without it: copy buttons, and a check that renews the page in place.
 * No words of its own: they stand in data-* of #announce, in the page's language.
 */
(function () {
	"use strict";

	var announcer = document.getElementById("announce");
	var COPIED_MS = 2000;

	/* Emptied first, so that the same words twice in a row are read twice. */
	function announce(words) {
		announcer.textContent = "";
		window.setTimeout(function () {
			announcer.textContent = words;
		}, 50);
	}

	/* The way for pages without HTTPS, where browsers give no clipboard: select, and let the browser copy. */
	function copyBySelection(element) {
		var selection = window.getSelection();
		var range = document.createRange();
		range.selectNodeContents(element);
		selection.removeAllRanges();
		selection.addRange(range);
		try {
			return document.execCommand("copy");
		} catch (e) {
			return false; /* it stays selected: Ctrl+C does the rest */
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

	function copy(button) {
		var element = document.getElementById(button.dataset.copyFor);
		if (!element)
			return;
		if (navigator.clipboard && window.isSecureContext) {
			navigator.clipboard.writeText(element.textContent).then(
				function () { showCopied(button); },
				function () { if (copyBySelection(element)) showCopied(button); });
		} else if (copyBySelection(element)) {
			showCopied(button);
		}
	}

	/* Puts the answer's fragment where the old one is. The element itself stays, and so does the focus. */
	function renew(live, html) {
		var fresh = new DOMParser().parseFromString(html, "text/html").getElementById("live");
		if (!fresh)
			return false;
		var active = document.activeElement;
		var key = live.contains(active) ? active.dataset.copyFor || active.getAttribute("href") : null;
		var open = {};
		live.querySelectorAll("details[open]").forEach(function (d) { open[d.parentNode.dataset.record] = true; });
		live.dataset.status = fresh.dataset.status;
		live.replaceChildren.apply(live, Array.from(fresh.childNodes));
		live.querySelectorAll("details").forEach(function (d) { d.open = !!open[d.parentNode.dataset.record]; });
		if (key) {
			live.querySelectorAll("[data-copy-for], a[href]").forEach(function (e) {
				if (e.dataset.copyFor === key || e.getAttribute("href") === key)
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

	function check(form, button, live) {
		button.setAttribute("aria-busy", "true");
		live.setAttribute("aria-busy", "true");
		announce(announcer.dataset.busy);
		fetch(form.action, {
			method: "POST",
			body: new URLSearchParams(new FormData(form)),
			headers: { "X-Requested-With": "fetch" },
			credentials: "same-origin"
		}).then(function (response) {
			if (response.redirected || response.status === 403) {
				window.location.reload(); /* logged out in between: the page says so itself */
				return null;
			}
			return response.text();
		}).then(function (html) {
			if (html === null)
				return;
			if (renew(live, html))
				sayResult(live);
			else
				sayFailed(live);
		}).catch(function () {
			sayFailed(live);
		}).then(function () {
			button.removeAttribute("aria-busy");
			live.removeAttribute("aria-busy");
		});
	}

	document.addEventListener("click", function (event) {
		var button = event.target.closest("button[data-copy-for]");
		if (button)
			copy(button);
	});

	document.addEventListener("submit", function (event) {
		var live = document.getElementById("live");
		if (event.target.id !== "check" || !live || !window.fetch || !live.replaceChildren)
			return;
		event.preventDefault();
		var button = document.getElementById("check-status");
		if (button.getAttribute("aria-busy") !== "true") /* one at a time */
			check(event.target, button, live);
	});
})();
