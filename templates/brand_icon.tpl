{{%AUTOESCAPE context="XML"}}{{! The browser tab's icon where the platform has no logo. Keys: ACCENT BRAND_INITIAL.
}}<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="{{ACCENT}}"/><text x="16" y="23" fill="#fff" font-family="system-ui, sans-serif" font-size="20" font-weight="700" text-anchor="middle">{{BRAND_INITIAL}}</text></svg>
