{{%AUTOESCAPE context="HTML"}}{{! Where a link by mail leads. Sections: LINK_GONE, FORM (CSRF EMAIL PATH; RESET or INVITED (ACCOUNT); EXISTS; NEW_FAULT, AGAIN_FAULT (each FAULT)).
}}{{>FRAME_TOP}}
<section class="card login">
{{#LINK_GONE}}
<div role="alert">
<h1>[[Deze link werkt niet meer]]</h1>
<p class="hint">[[Hij is al gebruikt of verlopen, of niet helemaal overgenomen.]]</p>
</div>
<p class="login-more"><a href="/login">[[Naar inloggen]]</a> <a href="/login/forgotten">[[Vraag een nieuwe link voor je wachtwoord]]</a></p>
{{/LINK_GONE}}
{{#FORM}}
{{#RESET}}<h1>[[Kies een nieuw wachtwoord]]</h1><p class="hint">[[Voor {{EMAIL}}. Overal waar je nu bent ingelogd, moet je daarna opnieuw inloggen.]]</p>{{/RESET}}
{{#INVITED}}<h1>[[Welkom]]</h1><p class="hint">[[Je bent uitgenodigd voor het account van {{ACCOUNT}}. Kies een wachtwoord; daarna log je in met {{EMAIL}}.]]</p>{{/INVITED}}
{{#EXISTS}}<p class="message" data-tone="bad" role="alert">[[Met dit adres is er al een login, bij dit account of een ander. Log daarmee in, of vraag een uitnodiging voor een ander adres.]]</p>{{/EXISTS}}
<form method="post" action="{{PATH}}">
<input type="hidden" name="csrf" value="{{CSRF}}">
<input type="text" name="email" value="{{EMAIL}}" autocomplete="username" hidden readonly>
<label for="new">[[Nieuw wachtwoord]]</label>
<p class="hint" id="new-hint">[[Minstens 8 tekens. Een paar losse woorden achter elkaar onthoud je makkelijk en raadt niemand.]]</p>
<input id="new" name="new" type="password" autocomplete="new-password" minlength="8" required aria-describedby="new-hint{{#NEW_FAULT}} new-fault{{/NEW_FAULT}}"{{#NEW_FAULT}} aria-invalid="true" autofocus{{/NEW_FAULT}}>
{{#NEW_FAULT}}<p class="fault" id="new-fault" role="alert">{{FAULT}}</p>{{/NEW_FAULT}}
<label for="again">[[Nog een keer]]</label>
<input id="again" name="again" type="password" autocomplete="new-password" required{{#AGAIN_FAULT}} aria-invalid="true" aria-describedby="again-fault" autofocus{{/AGAIN_FAULT}}>
{{#AGAIN_FAULT}}<p class="fault" id="again-fault" role="alert">{{FAULT}}</p>{{/AGAIN_FAULT}}
<button class="button wide" type="submit">[[Wachtwoord opslaan]]</button>
</form>
{{/FORM}}
</section>
{{>FRAME_BOTTOM}}
