{{%AUTOESCAPE context="HTML"}}{{! What stands below every page. Keys: sections LANG_IS_NL, LANG_IS_EN (one of them).
}}</main>
</div>
<footer class="foot">
<nav aria-label="[[Taal]]">
{{#LANG_IS_NL}}<span lang="nl" aria-current="true">[[Nederlands]]</span><a href="?lang=en" lang="en" hreflang="en">[[English]]</a>{{/LANG_IS_NL}}
{{#LANG_IS_EN}}<a href="?lang=nl" lang="nl" hreflang="nl">[[Nederlands]]</a><span lang="en" aria-current="true">[[English]]</span>{{/LANG_IS_EN}}
</nav>
</footer>
<div id="announce" class="unseen" aria-live="polite" data-copied="[[Gekopieerd]]" data-busy="[[Bezig met controleren…]]" data-failed="[[De controle lukte niet. Probeer het nog eens.]]"></div>
</body>
</html>
