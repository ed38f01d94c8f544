{{%AUTOESCAPE context="HTML"}}{{! What stands above every page. Keys: LANG TITLE BRAND BRAND_VERSION; sections NO_ROBOTS, BRAND_STYLE, one of BRAND_LOGO, BRAND_LOGO_NAMED (LOGO_WIDTH), BRAND_MARK (BRAND_INITIAL), BRAND_NAME, USER (EMAIL ACCOUNT CSRF), MENU (sections SETTINGS_CURRENT, DOMAINS_CURRENT, SENDERS_CURRENT, USERS_CURRENT, ACCOUNT_CURRENT).
}}<!doctype html>
<html lang="{{LANG}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
{{#NO_ROBOTS}}<meta name="robots" content="noindex, nofollow, noarchive">
{{/NO_ROBOTS}}<title>{{TITLE}} · {{BRAND}}</title>
<link rel="icon" href="{{#BRAND_MARK}}/brand/icon.svg{{/BRAND_MARK}}{{#BRAND_LOGO}}/brand/logo{{/BRAND_LOGO}}{{#BRAND_LOGO_NAMED}}/brand/logo{{/BRAND_LOGO_NAMED}}?v={{BRAND_VERSION:url_query_escape}}">
<link rel="stylesheet" href="/static/volmacht.css">
{{#BRAND_STYLE}}<link rel="stylesheet" href="/brand/style.css?v={{BRAND_VERSION:url_query_escape}}">
{{/BRAND_STYLE}}<noscript><link rel="stylesheet" href="/static/noscript.css"></noscript>
<script src="/static/volmacht.js" defer></script>
</head>
<body>
<a class="skip" href="#content">[[Naar de inhoud]]</a>
<header class="top">
<a class="brand" href="/">{{#BRAND_MARK}}<span class="mark" aria-hidden="true">{{BRAND_INITIAL}}</span>{{/BRAND_MARK}}{{#BRAND_LOGO}}<img src="/brand/logo?v={{BRAND_VERSION:url_query_escape}}" alt="" width="{{LOGO_WIDTH}}" height="26">{{/BRAND_LOGO}}{{#BRAND_LOGO_NAMED}}<img src="/brand/logo?v={{BRAND_VERSION:url_query_escape}}" alt="{{BRAND}}" width="{{LOGO_WIDTH}}" height="26">{{/BRAND_LOGO_NAMED}}{{#BRAND_NAME}}<span>{{BRAND}}</span>{{/BRAND_NAME}}</a>
{{#USER}}
<p class="who"><span class="who-email">{{EMAIL}}</span><span class="who-account">{{ACCOUNT}}</span></p>
<form method="post" action="/logout"><input type="hidden" name="csrf" value="{{CSRF}}"><button class="quiet" type="submit">[[Uitloggen]]</button></form>
{{/USER}}
</header>
<div class="page">
{{#MENU}}
<nav class="menu" aria-label="[[Instellingen]]">
<a class="menu-title" href="/settings"{{#SETTINGS_CURRENT}} aria-current="true"{{/SETTINGS_CURRENT}}>[[Instellingen]]</a>
<ul>
<li><a href="/settings/domains"{{#DOMAINS_CURRENT}} aria-current="true"{{/DOMAINS_CURRENT}}>[[Domein authenticatie]]</a></li>
<li><a href="/settings/senders"{{#SENDERS_CURRENT}} aria-current="true"{{/SENDERS_CURRENT}}>[[Afzenders]]</a></li>
<li><a href="/settings/users"{{#USERS_CURRENT}} aria-current="true"{{/USERS_CURRENT}}>[[Gebruikers]]</a></li>
<li><a href="/settings/account"{{#ACCOUNT_CURRENT}} aria-current="true"{{/ACCOUNT_CURRENT}}>[[Mijn account]]</a></li>
</ul>
</nav>
{{/MENU}}
<main id="content" tabindex="-1">
