// A Chromium for the tests of the pages: CHROMIUM, or one that is found, or one that is installed where that may be done.
import { spawnSync } from 'node:child_process';
import { installWith } from './install.mjs';

/** Its path. */
export async function provideChromium({ say, signal }) {
  const found = process.env.CHROMIUM || chromiumOnPath();
  if (found) return found;
  await installWith({
    name: 'chromium', apt: ['chromium', 'fonts-liberation'], brew: ['--cask', 'chromium'], say, signal,
    otherwise: 'the tests of the pages need a Chromium: install one (Debian: sudo apt-get install chromium), or set CHROMIUM to its path',
  });
  const installed = chromiumOnPath();
  if (!installed) throw new Error('the installation of chromium went through, but there is still none on the PATH');
  return installed;
}

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

function chromiumOnPath() {
  for (const name of names) {
    const { status, stdout } = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
    if (status === 0) return stdout.trim();
  }
  return undefined;
}
