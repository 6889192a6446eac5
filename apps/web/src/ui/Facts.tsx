// Facts, each beside its name.
import { Fragment, type ReactNode } from 'react';
import styles from './Facts.module.css';

export const Facts = ({ of }: { readonly of: readonly (readonly [ReactNode, ReactNode])[] }) => (
  <dl className={styles.facts}>
    {of.map(([name, fact], index) => (
      <Fragment key={index}>
        <dt>{name}</dt>
        <dd>{fact}</dd>
      </Fragment>
    ))}
  </dl>
);
