// Something that happened, or did not. What is bad is said at once; everything else, where it stands in `Aloud`.
import type { ReactNode } from 'react';
import styles from './Notice.module.css';

interface Props {
  readonly children: ReactNode;
  readonly kind?: 'plain' | 'good' | 'bad';
}

export const Notice = ({ children, kind = 'plain' }: Props) => (
  <div className={`${styles.notice} ${styles[kind]}`} role={kind === 'bad' ? 'alert' : undefined}>
    {children}
  </div>
);
