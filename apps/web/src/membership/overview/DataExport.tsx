// Everything of the account as one archive, to keep.
import { Trans } from '@lingui/react/macro';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useLanguage } from '../../i18n/language.js';
import { Refusal, type Problem } from '../../service/client.js';
import { Actions } from '../../ui/Actions.js';
import { Button } from '../../ui/Button.js';
import { bytesText } from '../../ui/format.js';
import { save } from '../../ui/SaveText.js';
import { useAccount } from '../account.js';
import { whole, type Progress } from './archive.js';

const nothing: Progress = { bytes: 0, begun: 0, files: 0 };

export function DataExport() {
  const { accountId } = useAccount();
  const language = useLanguage();
  const [{ bytes, begun, files }, setProgress] = useState(nothing);
  const take = useMutation({
    mutationFn: async () => {
      setProgress(nothing);
      const response = await fetch(`/v1/accounts/${encodeURIComponent(accountId)}/data-export`);
      if (!response.ok) throw new Refusal((await response.json()) as Problem);
      save(`${accountId}.zip`, await whole(response, setProgress));
    },
    // Pressing once is one download.
    retry: false,
  });
  return (
    <>
      <p>
        <Trans>All your campaigns, messages, contacts and reports, and everything that is known of you, as one archive.</Trans>
      </p>
      <Actions>
        <Button isPending={take.isPending} onPress={() => { take.mutate(); }}>
          <Trans>Download my data</Trans>
        </Button>
      </Actions>
      {take.isPending && (
        <p>
          {files > 0 ? (
            <Trans>
              File {begun} of {files}; {bytesText(bytes, language)} have arrived so far…
            </Trans>
          ) : (
            <Trans>{bytesText(bytes, language)} have arrived so far…</Trans>
          )}
        </p>
      )}
      <p role="status">
        {take.isSuccess && <Trans>Done: {bytesText(bytes, language)} are saved.</Trans>}
        {take.isError && <Trans>The download broke off, and nothing was saved. Please start it again.</Trans>}
      </p>
    </>
  );
}
