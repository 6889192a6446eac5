// What one can decide here, side by side and alike.
import type { ReactNode } from 'react';
import styles from './Actions.module.css';

export const Actions = ({ children }: { readonly children: ReactNode }) => <div className={styles.actions}>{children}</div>;
