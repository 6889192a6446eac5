// Who comes to the desk brings a token; in the sandbox anybody has one made.
import { Trans, useLingui } from '@lingui/react/macro';
import { useState, type SubmitEvent } from 'react';
import { Button } from '../ui/Button.js';
import { Heading } from '../ui/Heading.js';
import { Notice } from '../ui/Notice.js';
import { keepToken, sandboxToken } from './staff.js';
import styles from './Desk.module.css';

export function SignIn() {
  const { t } = useLingui();
  const [token, setToken] = useState('');
  const [isRefused, setRefused] = useState(false);
  const make = (role: 'operator' | 'viewer'): void => void sandboxToken(role).then(keepToken, () => { setRefused(true); });
  const enter = (event: SubmitEvent): void => {
    event.preventDefault();
    if (token.trim() !== '') keepToken(token.trim());
  };
  return (
    <div className={styles['narrow']}>
      <Heading title={t`Operations`}><Trans>The operators’ desk</Trans></Heading>
      {isRefused && <Notice kind="bad"><Trans>This is no sandbox: bring a token of your issuer.</Trans></Notice>}
      <form className={styles['sign']} onSubmit={enter}>
        <label>
          <Trans>Token of an operator or a viewer</Trans>
          <input type="password" autoComplete="off" value={token} onChange={(event) => { setToken(event.target.value); }} />
        </label>
        <Button type="submit" look="plain"><Trans>Enter</Trans></Button>
      </form>
      <p><Trans>It is kept by this tab until it is closed. In the sandbox:</Trans></p>
      <p className={styles['row']}>
        <Button look="plain" onPress={() => { make('operator'); }}><Trans>Enter as operator</Trans></Button>
        <Button look="plain" onPress={() => { make('viewer'); }}><Trans>Enter as viewer</Trans></Button>
      </p>
    </div>
  );
}
