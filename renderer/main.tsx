/** Starts the page. */
import './no-eval.ts';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './theme/fonts.css';
import './theme/tokens.css';
import './theme/base.css';
import './controls/field.css';
import { App } from './app.tsx';
import { listenForPaths } from './connection/path-of-the-window.ts';
import { startFeed } from './state/feed.ts';
import { applyTheme } from './theme/theme.ts';

applyTheme();
startFeed();
listenForPaths();
const root = document.getElementById('root');
if (root === null) throw new Error('The page has no element #root.');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
