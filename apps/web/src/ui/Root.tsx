// What every page stands in: its language, what it asked the service, and the place in the document.
import { i18n } from '@lingui/core';
import { I18nProvider, useLingui } from '@lingui/react';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode, type ReactNode } from 'react';
import { I18nProvider as ReactAriaLanguage } from 'react-aria-components';
import { createRoot } from 'react-dom/client';
import { speak, wantedLanguage } from '../i18n/language.js';
import { queries } from '../service/queries.js';
import './base.css';

function InLanguage({ children }: { readonly children: ReactNode }) {
  const { i18n: spoken } = useLingui();
  return <ReactAriaLanguage locale={spoken.locale}>{children}</ReactAriaLanguage>;
}

export async function show(page: ReactNode): Promise<void> {
  await speak(wantedLanguage());
  createRoot(document.querySelector('#page')!).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <InLanguage>
          <QueryClientProvider client={queries}>{page}</QueryClientProvider>
        </InLanguage>
      </I18nProvider>
    </StrictMode>,
  );
}
