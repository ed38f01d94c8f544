{{%AUTOESCAPE context="CSS"}}{{! The accent of the platform. Sections LIGHT, DARK (ACCENT ACCENT_STRONG ACCENT_ON ACCENT_TINT).
}}{{#LIGHT}}:root {
--accent: {{ACCENT}};
--accent-strong: {{ACCENT_STRONG}};
--on-accent: {{ACCENT_ON}};
--accent-tint: {{ACCENT_TINT}};
}
{{/LIGHT}}{{#DARK}}@media screen and (prefers-color-scheme: dark) {
:root {
--accent: {{ACCENT}};
--accent-strong: {{ACCENT_STRONG}};
--on-accent: {{ACCENT_ON}};
--accent-tint: {{ACCENT_TINT}};
}
}
{{/DARK}}
