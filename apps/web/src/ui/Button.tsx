// Something to press. All decisions look alike: what the customer wants is not for a colour to say.
import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps } from 'react-aria-components';
import styles from './Button.module.css';

interface Props extends Omit<ButtonProps, 'children' | 'className' | 'style'> {
  readonly children: ReactNode;
  /** `decision`: one of several of the same weight. `plain`: beside a row of a list. */
  readonly look?: 'decision' | 'plain';
}

export const Button = ({ look = 'decision', ...props }: Props) => <AriaButton {...props} className={`${styles['button']} ${styles[look]}`} />;
