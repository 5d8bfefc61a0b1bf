import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { config } from 'zod';
import { App } from './app.tsx';
import { setLanguage } from './shared/i18n/text.ts';
import { startSounds } from './shared/sounds.ts';
import { connectStore, useTerminal } from './shared/store.ts';
import './shared/theme.css';

// The page's security policy forbids making code from text; zod works without.
config({ jitless: true });

useTerminal.subscribe((view) => {
  if (view.app !== null) setLanguage(view.app.language);
});
connectStore();
startSounds();

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
