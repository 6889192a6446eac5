// Looking for an account, by its id, an e-mail address or a number. What is looked for stands in no address of the browser.
import { Trans, useLingui } from '@lingui/react/macro';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { bodyOf, type Schemas } from '../../service/client.js';
import { go } from '../../ui/address.js';
import { Button } from '../../ui/Button.js';
import { Heading } from '../../ui/Heading.js';
import { Notice } from '../../ui/Notice.js';
import { accountAddress, href } from '../places.js';
import { staff } from '../../staff/session.js';
import styles from '../../staff/Staff.module.css';

export function Search() {
  const { t } = useLingui();
  const [said, setSaid] = useState('');
  const looking = useMutation({ mutationFn: (query: { readonly email?: string; readonly e164?: string }) => bodyOf(staff.GET('/v1/accounts', { params: { query } })), retry: false });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const text = said.trim();
    if (text.includes('@')) looking.mutate({ email: text });
    else if (text.startsWith('+')) looking.mutate({ e164: text.replaceAll(/[\s()-]/g, '') });
    else if (text !== '') go(accountAddress(text));
  };
  return (
    <>
      <Heading title={t`Accounts`}><Trans>Look for an account</Trans></Heading>
      <form className={styles['filters']} role="search" onSubmit={submit}>
        <label>
          <Trans>Id, e-mail address, or number that begins with +</Trans>
          <input value={said} autoComplete="off" onChange={(event) => { setSaid(event.target.value); }} />
        </label>
        <Button type="submit" look="plain"><Trans>Look</Trans></Button>
      </form>
      {looking.error && <Notice kind="bad">{looking.error.message}</Notice>}
      <div aria-live="polite">{looking.data && <Found found={looking.data.data} />}</div>
    </>
  );
}

const Found = ({ found }: { readonly found: readonly Schemas['FoundAccount'][] }) =>
  found.length === 0 ? <p><Trans>Nobody is found by that.</Trans></p> : (
    <table className={styles['plain']}>
      <thead>
        <tr>
          <th scope="col"><Trans>Account</Trans></th>
          <th scope="col"><Trans>Name</Trans></th>
          <th scope="col"><Trans>Standing</Trans></th>
        </tr>
      </thead>
      <tbody>
        {found.map(({ accountId, name, standing }) => (
          <tr key={accountId}>
            <th scope="row"><a href={href(accountAddress(accountId))}>{accountId}</a></th>
            <td>{name ?? '—'}</td>
            <td>{standing}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
