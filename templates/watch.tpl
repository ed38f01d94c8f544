{{%AUTOESCAPE context="HTML"}}{{! The offer of repeated checks, shown by the script after a check without a good result; hidden without a script. Times in seconds.
}}<section id="watch" class="card watch" aria-labelledby="watch-title" hidden data-pause="15" data-longest="180" data-limit="900" data-next="[[We kijken vanzelf opnieuw om]]" data-hidden="[[Gestopt, want deze pagina was niet meer in beeld.]]" data-ended="[[We hebben lang genoeg gekeken en zijn gestopt. Elke nacht kijken we vanzelf weer.]]" data-stopped="[[Gestopt.]]">
<h2 id="watch-title" class="unseen">[[Blijven kijken]]</h2>
<p class="watch-say">[[Nog niet goed. We kunnen vanzelf blijven kijken: steeds iets minder vaak, hooguit 15 minuten, en alleen zolang deze pagina in beeld is.]]</p>
<p class="watch-acts"><button class="button second" type="button" id="watch-start">[[Blijf kijken]]</button><button class="quiet" type="button" id="watch-stop" hidden>[[Stop]]</button></p>
</section>
