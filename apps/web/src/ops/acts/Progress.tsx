// How far an act is.
import { useListWords } from '../lists/words.js';
import type { ActResult } from './acting.js';
import styles from '../../staff/Staff.module.css';

export function Progress({ of: { act, changed, refused, left } }: { readonly of: ActResult }) {
  const words = useListWords();
  return <progress className={styles['progress']} max={changed + refused + left} value={changed + refused} aria-label={words.acts[act]} />;
}
