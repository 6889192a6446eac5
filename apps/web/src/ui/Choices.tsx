// One of several, none of them chosen beforehand.
import type { ReactNode } from 'react';
import { FieldError, Label, RadioButton, RadioField, RadioGroup } from 'react-aria-components';
import styles from './Choices.module.css';

export interface Choice {
  readonly value: string;
  readonly label: ReactNode;
}

interface Props {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly value: string | null;
  readonly onChange: (value: string) => void;
  /** What is missing; `null`: nothing. */
  readonly error: string | null;
}

export const Choices = ({ label, choices, value, onChange, error }: Props) => (
  <RadioGroup className={styles.group} value={value} onChange={onChange} isInvalid={error !== null} validationBehavior="aria">
    <Label className={styles.label}>{label}</Label>
    {choices.map((choice) => (
      <RadioField key={choice.value} value={choice.value}>
        <RadioButton className={styles.choice}>
          <span className={styles.mark} aria-hidden="true" />
          <span className={styles.text}>{choice.label}</span>
        </RadioButton>
      </RadioField>
    ))}
    <FieldError className={styles.error}>{error}</FieldError>
  </RadioGroup>
);
