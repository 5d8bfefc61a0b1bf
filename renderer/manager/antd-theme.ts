import type { ThemeConfig } from 'antd';

/** The smallest side of what a finger touches, as in theme.css. */
const TOUCH_PX = 44;

/**
 * antd in our colours, as large as the page's own texts (`rootPx` to the rem), from 1024×768 to 4K. Texts are darker
 * than its defaults, which fail WCAG's contrast.
 */
export const antdTheme = (rootPx: number): ThemeConfig => ({
  token: {
    colorPrimary: '#0c5a78',
    colorInfo: '#0c5a78',
    colorSuccess: '#0b6b43',
    colorError: '#b3261e',
    colorWarning: '#6b4700',
    colorLink: '#0c5a78',
    colorText: '#14202b',
    colorTextSecondary: '#44525f',
    colorTextTertiary: '#566471',
    colorTextDescription: '#44525f',
    colorTextPlaceholder: '#5f6d79',
    colorTextDisabled: '#5f6d79',
    colorBorder: '#8b99a6',
    colorBorderSecondary: '#ced6dd',
    borderRadius: 10,
    fontSize: rootPx,
    controlHeight: Math.max(TOUCH_PX, 2.75 * rootPx),
    fontFamily: 'inherit',
    motion: false,
  },
  components: {
    Table: { headerBg: '#f4f6f8', headerColor: '#44525f', cellPaddingBlock: 0.6 * rootPx },
    Tabs: { titleFontSize: 1.06 * rootPx },
  },
});
