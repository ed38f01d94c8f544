{{%AUTOESCAPE context="HTML"}}{{! The check observations as a page. Keys: PATH NAME_SHOWN; the include CHECK_OBSERVATIONS, or the section NONE_KEPT.
}}{{>FRAME_TOP}}
<nav class="crumbs" aria-label="[[Kruimelpad]]"><a href="{{PATH}}">{{NAME_SHOWN}}</a><span aria-current="page">[[Wie antwoordde wat]]</span></nav>
<h1>[[Wie antwoordde wat]]</h1>
<p class="lead">[[We vragen elke naamserver van je domein apart, en daarnaast een resolver: wat die ziet, zien ontvangers.]]</p>
<section class="card answers-card">
<h2 class="unseen">[[DNS-records]]</h2>
{{#NONE_KEPT}}<p>[[Van deze controle zijn geen antwoorden bewaard.]]</p>{{/NONE_KEPT}}
{{>CHECK_OBSERVATIONS}}
</section>
{{>FRAME_BOTTOM}}
