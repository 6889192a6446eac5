// What of a list is meant, in words.
import { Trans } from '@lingui/react/macro';
import { useListWords } from '../lists/words.js';
import type { Asked } from '../places.js';
import type { Filter } from './acting.js';
import styles from '../../staff/Staff.module.css';

export function FilterWords({ filter: { list: _list, ...asked } }: { readonly filter: Filter }) {
  const words = useListWords();
  const said = Object.entries(asked).filter(([, value]) => Boolean(value)) as [keyof Asked, string][];
  return <p className={styles['quiet']}>{said.length === 0 ? <Trans>Of the whole list</Trans> : said.map(([name, value]) => `${words.fields[name]}: ${value}`).join(' · ')}</p>;
}
