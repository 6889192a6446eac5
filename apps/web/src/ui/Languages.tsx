// The other languages that the page speaks.
import { useLingui } from '@lingui/react/macro';
import { chooseLanguage, languages, type Language } from '../i18n/language.js';

export function Languages() {
  const { i18n, t } = useLingui();
  const others = (Object.keys(languages) as Language[]).filter((language) => language !== i18n.locale);
  return (
    <nav aria-label={t`Language`}>
      {others.map((language) => (
        <a key={language} href={`?lang=${language}`} lang={language} hrefLang={language} onClick={(event) => void switchTo(event, language)}>
          {languages[language]}
        </a>
      ))}
    </nav>
  );
}

function switchTo(event: React.MouseEvent, language: Language): Promise<void> {
  event.preventDefault();
  return chooseLanguage(language);
}
