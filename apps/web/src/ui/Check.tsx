// Something to consent to by itself.
import type { ReactNode } from 'react';
import { CheckboxButton, CheckboxField } from 'react-aria-components';
import styles from './Choices.module.css';

interface Props {
  readonly children: ReactNode;
  readonly isSelected: boolean;
  readonly onChange: (isSelected: boolean) => void;
  readonly isInvalid: boolean;
}

export const Check = ({ children, ...state }: Props) => (
  <CheckboxField {...state} validationBehavior="aria">
    <CheckboxButton className={styles.choice}>
      <span className={styles.square} aria-hidden="true" />
      <span className={styles.text}>{children}</span>
    </CheckboxButton>
  </CheckboxField>
);
