import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { config } from 'zod';
import { OperatorApp } from './operator-app.tsx';
import './operator.css';

// The page's security policy forbids making code from text; zod works without.
config({ jitless: true });

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <OperatorApp />
  </StrictMode>,
);
