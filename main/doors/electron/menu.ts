/** The window's menu: what every app must have, so that copying, zooming and quitting work by key. */

/** Items in Electron's words: it knows what each role does and how it is called on a platform. */
interface MenuItem {
  readonly role?:
    | 'appMenu'
    | 'editMenu'
    | 'windowMenu'
    | 'reload'
    | 'toggleDevTools'
    | 'resetZoom'
    | 'zoomIn'
    | 'zoomOut'
    | 'quit';
  readonly label?: string;
  readonly type?: 'separator';
  readonly submenu?: MenuItem[];
}

export function windowMenu(platform: string, packaged: boolean): MenuItem[] {
  return [
    platform === 'darwin' ? { role: 'appMenu' } : { label: 'File', submenu: [{ role: 'quit' }] },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        { role: 'reload' },
        ...(packaged ? [] : [{ role: 'toggleDevTools' } as const]),
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
      ],
    },
    { role: 'windowMenu' },
  ];
}
