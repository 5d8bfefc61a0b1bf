import { BarChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { init, use as register, type EChartsType } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import { yuan } from '../shared/format.ts';
import { useRootPx } from '../shared/use-root-px.ts';

register([BarChart, GridComponent, TooltipComponent, SVGRenderer]);

/** One bar. */
export interface Bar {
  readonly label: string;
  readonly valueFen: number;
  readonly count: number;
}

const INK = '#44525f';
const LINE = '#ced6dd';

/** Bars of yuan. The same figures stand in a table beside it, so that nobody needs to see or hover. */
export function BarsChart(props: {
  readonly title: string;
  readonly bars: readonly Bar[];
  readonly onChoose: ((index: number) => void) | null;
}) {
  const { bars, onChoose, title } = props;
  const rootPx = useRootPx();
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const choose = useRef(onChoose);
  useEffect(() => {
    choose.current = onChoose;
  });
  useEffect(() => {
    if (element.current === null) return;
    const made = init(element.current, null, { renderer: 'svg' });
    chart.current = made;
    made.on('click', (event) => choose.current?.(event.dataIndex));
    const resize = new ResizeObserver(() => made.resize());
    resize.observe(element.current);
    return () => {
      resize.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);
  useEffect(() => {
    chart.current?.setOption({
      animation: false,
      grid: { left: 8, right: 8, top: 16, bottom: 4, containLabel: true },
      tooltip: {
        trigger: 'axis',
        axisPointer: { type: 'shadow' },
        valueFormatter: (value: unknown) => (typeof value === 'number' ? yuan(value) : ''),
      },
      xAxis: {
        type: 'category',
        data: bars.map((bar) => bar.label),
        axisLabel: { color: INK, fontSize: 0.81 * rootPx },
        axisLine: { lineStyle: { color: LINE } },
        axisTick: { show: false },
      },
      yAxis: {
        type: 'value',
        axisLabel: { color: INK, fontSize: 0.81 * rootPx, formatter: (value: number) => String(value / 100) },
        splitLine: { lineStyle: { color: LINE, type: 'dashed' } },
      },
      series: [
        {
          type: 'bar',
          data: bars.map((bar) => bar.valueFen),
          itemStyle: { color: '#0c5a78', borderRadius: [4, 4, 0, 0] },
          barMaxWidth: 2.9 * rootPx,
        },
      ],
    });
  }, [bars, rootPx]);
  return <div ref={element} className="chart" role="img" aria-label={title} />;
}
