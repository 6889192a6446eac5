// Nobody yet, or a demo customer: their page, and the machine that moves their clock.
import { useState } from 'react';
import { demoInAddress, keepInAddress, type Demo } from './demo.js';
import { TimeMachine } from './TimeMachine.js';
import { Welcome } from './Welcome.js';

export const FirstFiveMinutes = () => {
  const [demo, setDemo] = useState(demoInAddress);
  const begin = (made: Demo | null): void => {
    keepInAddress(made);
    setDemo(made);
  };
  if (!demo) return <Welcome onMade={begin} />;
  return <TimeMachine key={demo.accountId} demo={demo} onLeave={() => { begin(null); }} />;
};
