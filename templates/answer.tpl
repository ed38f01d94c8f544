{{%AUTOESCAPE context="HTML"}}{{! One server's answer to one question, a row of a table. Keys: SERVER ADDR OUTCOME TTL MS; sections QUESTION (TYPE HOST), SAID (TYPE VALUE),
SAID_NOTHING (SAID_WORDS).
}}<tr data-server="{{ADDR}}" data-outcome="{{OUTCOME}}">
<th scope="row">{{SERVER}}<span class="sub">{{ADDR}}</span></th>
<td>{{#QUESTION}}<span class="answers-what"><span class="tag">{{TYPE}}</span> <code>{{HOST}}</code></span>{{/QUESTION}}{{#SAID}}<span class="said"><span class="tag">{{TYPE}}</span> <code>{{VALUE}}</code></span>{{/SAID}}{{#SAID_NOTHING}}<span class="said">{{SAID_WORDS}}</span>{{/SAID_NOTHING}}</td>
<td class="number">{{TTL}}</td><td class="number">{{MS}}</td>
</tr>
