{{%AUTOESCAPE context="HTML"}}{{! The checks of a domain. Keys: ID NAME_SHOWN; sections CHECKED_ONE (one check: AT WHAT BY MS CHECK_ID, sections HAS_BY, STATUS_CHANGED (SUMMARY),
RECORD (KIND RECORD_TITLE VERDICT VERDICT_WORD, section CHANGED (FROM_WORD))), EMPTY, PAGES (NEXT_PAGE (AFTER), LATER_PAGE).
}}{{>FRAME_TOP}}
<nav class="crumbs" aria-label="[[Kruimelpad]]"><a href="/settings/domains">[[Domein authenticatie]]</a><a href="/settings/domains/{{ID}}">{{NAME_SHOWN}}</a><span aria-current="page">[[Alle controles]]</span></nav>
<h1>[[Alle controles]]</h1>
<p class="lead">[[De laatste 50 controles blijven bewaard, en van eerder alle die iets nieuws zeiden.]]</p>
{{#EMPTY}}<p class="message" role="status">[[Er is nog niet gecontroleerd.]]</p>{{/EMPTY}}
<ol class="checks">
{{#CHECKED_ONE}}
<li class="card check" data-check="{{CHECK_ID}}">
<p class="check-head"><b>{{AT}}</b> <span>{{WHAT}}{{#HAS_BY}}, {{BY}}{{/HAS_BY}}</span> <span class="number">{{MS}}</span></p>
{{#STATUS_CHANGED}}<p class="check-status"><b>{{SUMMARY}}</b></p>{{/STATUS_CHANGED}}
<ul>
{{#RECORD}}<li data-record="{{KIND}}" data-verdict="{{VERDICT}}"><span>{{RECORD_TITLE}}:</span> <b>{{VERDICT_WORD}}</b>{{#CHANGED}} <span class="changed">{{FROM_WORD}}</span>{{/CHANGED}}</li>
{{/RECORD}}
</ul>
<p><a href="/settings/domains/{{ID}}/answers?check={{CHECK_ID:url_query_escape}}">[[Wie antwoordde wat]]<span class="unseen">, {{AT}}</span></a></p>
</li>
{{/CHECKED_ONE}}
</ol>
{{#PAGES}}
<nav class="pages" aria-label="[[Bladeren]]">
{{#LATER_PAGE}}<a class="quiet" href="/settings/domains/{{ID}}/history">[[Naar het begin]]</a>{{/LATER_PAGE}}
{{#NEXT_PAGE}}<a class="quiet" rel="next" href="/settings/domains/{{ID}}/history?before={{AFTER:url_query_escape}}">[[Eerdere controles]]</a>{{/NEXT_PAGE}}
</nav>
{{/PAGES}}
{{>FRAME_BOTTOM}}
