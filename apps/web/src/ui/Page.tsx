// The sheet that every place is written on.
import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { chooseLanguage, languages, type Language } from '../i18n/language.js';
import styles from './Page.module.css';

interface Props {
  readonly children: ReactNode;
  /** Beside the languages. */
  readonly foot?: ReactNode;
}

export function Page({ children, foot }: Props) {
  const { i18n, t } = useLingui();
  const others = (Object.keys(languages) as Language[]).filter((language) => language !== i18n.locale);
  return (
    <div className={styles.page}>
      <main className={styles.main}>{children}</main>
      <footer className={styles.foot}>
        <nav aria-label={t`Language`}>
          {others.map((language) => (
            <a key={language} href={`?lang=${language}`} lang={language} hrefLang={language} onClick={(event) => void switchTo(event, language)}>
              {languages[language]}
            </a>
          ))}
        </nav>
        {foot}
      </footer>
    </div>
  );
}

function switchTo(event: React.MouseEvent, language: Language): Promise<void> {
  event.preventDefault();
  return chooseLanguage(language);
}
