// The sheet that every place is written on.
import type { ReactNode } from 'react';
import { Languages } from './Languages.js';
import styles from './Page.module.css';

interface Props {
  readonly children: ReactNode;
  /** Beside the languages. */
  readonly foot?: ReactNode;
}

export const Page = ({ children, foot }: Props) => (
  <div className={styles.page}>
    <main className={styles.main}>{children}</main>
    <footer className={styles.foot}>
      <Languages />
      {foot}
    </footer>
  </div>
);
