// The way out begins here.
import { Trans } from '@lingui/react/macro';
import { Actions } from '../../ui/Actions.js';
import { go } from '../../ui/address.js';
import { Button } from '../../ui/Button.js';
import { addressOf } from '../addresses.js';
import styles from './Unsubscribing.module.css';

export const Unsubscribing = () => (
  <div className={styles.way}>
    <Actions>
      <Button onPress={() => { go(addressOf.unsubscribe); }}>
        <Trans>Unsubscribe</Trans>
      </Button>
    </Actions>
    <p>
      <Trans>You can cancel each plan by itself, at any time. You see every consequence with its date before anything changes.</Trans>
    </p>
  </div>
);
