{{%AUTOESCAPE context="HTML"}}{{! The observations of one check; also the response to the script. Keys: WHEN ASKED_WHOM; sections RECORD (RECORD_TITLE KIND HOST TYPE SUMMARY
and the include ANSWER, once a server), ELSEWHERE (ANSWER).
}}<div class="answers" id="answers">
<p class="answers-when">{{WHEN}} {{ASKED_WHOM}}</p>
{{#RECORD}}
<section data-answers="{{KIND}}">
<h3>{{RECORD_TITLE}}</h3>
<p class="answers-what"><span class="tag">{{TYPE}}</span> <code>{{HOST}}</code></p>
<p class="answers-sum">{{SUMMARY}}</p>
<table>
<thead><tr><th scope="col">[[Server]]</th><th scope="col">[[Antwoord]]</th><th scope="col"><abbr title="[[Zoveel seconden mag het worden bewaard]]">[[TTL]]</abbr></th><th scope="col">[[Tijd]]</th></tr></thead>
<tbody>
{{>ANSWER}}
</tbody>
</table>
</section>
{{/RECORD}}
{{#ELSEWHERE}}
<details class="found"><summary>[[Wat we op andere namen vonden]]</summary>
<table>
<thead><tr><th scope="col">[[Server]]</th><th scope="col">[[Antwoord]]</th><th scope="col"><abbr title="[[Zoveel seconden mag het worden bewaard]]">[[TTL]]</abbr></th><th scope="col">[[Tijd]]</th></tr></thead>
<tbody>
{{>ANSWER}}
</tbody>
</table>
</details>
{{/ELSEWHERE}}
</div>
