//! Plots of how cost grows: both axes logarithmic, so that a power is a straight line.

use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

const SIZE: (u32, u32) = (960, 600);
const FONT: &str = "'Helvetica Neue', Arial, sans-serif";
const INK: RGBColor = RGBColor(31, 41, 55);
const MUTED: RGBColor = RGBColor(107, 114, 128);
const FAINT: RGBColor = RGBColor(229, 231, 235);
const GOAL: RGBColor = RGBColor(190, 24, 93);
/// Colours that people who do not see all colours can tell apart, and that differ in lightness.
const SERIES: [RGBColor; 3] = [RGBColor(29, 78, 216), RGBColor(13, 148, 136), RGBColor(180, 83, 9)];

/// One plot.
#[derive(Clone, Debug)]
pub struct Plot {
    /// What it shows.
    pub title: String,
    /// Under what circumstances.
    pub subtitle: String,
    /// What grows, with its unit.
    pub across: String,
    /// What it costs, with its unit.
    pub up: String,
    /// What was measured.
    pub series: Vec<Series>,
    /// What is promised.
    pub goal: Goal,
}

/// Points that belong together.
#[derive(Clone, Debug)]
pub struct Series {
    /// What they are.
    pub name: String,
    /// The points.
    pub points: Vec<(f64, f64)>,
    /// The power that was fitted to them, with the least position that it was fitted from.
    pub power: Option<Power>,
}

/// A promise: at this size, at most so much.
#[derive(Clone, Debug)]
pub struct Goal {
    /// The size.
    pub at: f64,
    /// The cost.
    pub cost: f64,
    /// In words.
    pub text: String,
}

/// `cost = factor × size ^ exponent`, fitted from a size on.
#[derive(Clone, Copy, Debug)]
pub struct Power {
    /// How fast the cost grows: 1 is with the size, 2 with its square.
    pub exponent: f64,
    /// The cost at size 1.
    pub factor: f64,
    /// The size from which on it was fitted.
    pub from: f64,
}

impl Power {
    /// The power that fits the larger half of the points best; small sizes cost next to nothing and
    /// would hide how the large ones grow. `None` for fewer than three points.
    pub fn fit(points: &[(f64, f64)]) -> Option<Self> {
        if points.len() < 3 {
            return None;
        }
        let half = &points[points.len().saturating_sub((points.len().div_ceil(2)).max(3))..];
        let logs: Vec<(f64, f64)> = half.iter().map(|(x, y)| (x.ln(), y.ln())).collect();
        let count = logs.len() as f64;
        let mean = |of: fn(&(f64, f64)) -> f64| logs.iter().map(of).sum::<f64>() / count;
        let (x, y) = (mean(|p| p.0), mean(|p| p.1));
        let above: f64 = logs.iter().map(|p| (p.0 - x) * (p.1 - y)).sum();
        let below: f64 = logs.iter().map(|p| (p.0 - x).powi(2)).sum();
        let exponent = above / below;
        Some(Self { exponent, factor: (y - exponent * x).exp(), from: half[0].0 })
    }

    fn at(self, size: f64) -> f64 {
        self.factor * size.powf(self.exponent)
    }
}

impl Plot {
    /// Draws into an SVG file.
    pub fn draw(&self, path: &Path) -> Result<()> {
        let root = SVGBackend::new(path, SIZE).into_drawing_area();
        self.on(&root).map_err(|error| anyhow!("cannot draw the plot: {error}"))
    }

    fn on(&self, root: &DrawingArea<SVGBackend<'_>, Shift>) -> Result<(), Error> {
        root.fill(&WHITE)?;
        root.draw(&Text::new(self.title.clone(), (84, 22), text(27, INK).style_bold()))?;
        root.draw(&Text::new(self.subtitle.clone(), (84, 55), text(17, MUTED)))?;
        let (x, y) = self.ranges();
        let mut chart = ChartBuilder::on(root)
            .margin_top(122)
            .margin_right(36)
            .margin_bottom(14)
            .margin_left(14)
            .x_label_area_size(58)
            .y_label_area_size(78)
            .build_cartesian_2d((x.0..x.1).log_scale(), (y.0..y.1).log_scale())?;
        chart
            .configure_mesh()
            .bold_line_style(FAINT)
            .light_line_style(TRANSPARENT)
            .axis_style(MUTED)
            .label_style(text(16, MUTED))
            .x_desc(self.across.clone())
            .y_desc(self.up.clone())
            .axis_desc_style(text(17, INK))
            .x_label_formatter(&|value| number(*value))
            .y_label_formatter(&|value| number(*value))
            .draw()?;
        let dashes = [(x.0, self.goal.cost), (x.1, self.goal.cost)];
        chart.draw_series(DashedLineSeries::new(dashes, 7, 5, GOAL.stroke_width(2)))?;
        let lettered = text(16, GOAL).pos(Pos::new(HPos::Left, VPos::Bottom));
        let spot = (x.0 * 1.08, self.goal.cost * 1.06);
        chart.draw_series([Text::new(self.goal.text.clone(), spot, lettered)])?;
        chart.draw_series([Cross::new((self.goal.at, self.goal.cost), 7, GOAL.stroke_width(3))])?;
        for (series, colour) in self.series.iter().zip(SERIES) {
            chart.draw_series(LineSeries::new(series.points.clone(), colour.stroke_width(3)))?;
            let dots = series.points.iter().map(|at| Circle::new(*at, 5, colour.filled()));
            chart.draw_series(dots)?;
            if let Some((size, cost)) = series.points.last() {
                let lettered = text(16, colour).pos(Pos::new(HPos::Right, VPos::Bottom));
                let spot = (*size, cost * 1.16);
                chart.draw_series([Text::new(number(rounded(*cost)), spot, lettered)])?;
            }
            if let Some(power) = series.power {
                let end = |size: f64| (size, power.at(size));
                let last = series.points.last().map_or(x.1, |last| last.0);
                let fitted = [end(power.from), end(last)];
                let thin = colour.mix(0.55).stroke_width(1);
                chart.draw_series(DashedLineSeries::new(fitted, 3, 3, thin))?;
            }
        }
        self.legend(root)?;
        root.present()
    }

    /// The names of the series in their colours, under the title.
    fn legend(&self, root: &DrawingArea<SVGBackend<'_>, Shift>) -> Result<(), Error> {
        let mut left = 84;
        for (series, colour) in self.series.iter().zip(SERIES) {
            let name = match series.power {
                Some(power) => format!("{} (size ^ {:.2})", series.name, power.exponent),
                None => series.name.clone(),
            };
            root.draw(&Circle::new((left + 6, 95), 5, colour.filled()))?;
            root.draw(&Text::new(name.clone(), (left + 18, 86), text(17, INK)))?;
            left += 48 + i32::try_from(name.chars().count() * 7).unwrap_or(0);
        }
        Ok(())
    }

    /// The axes, from a power of ten to another where that does not leave half of the plot empty.
    fn ranges(&self) -> ((f64, f64), (f64, f64)) {
        let points = || self.series.iter().flat_map(|series| &series.points);
        let range = |values: Vec<f64>| {
            let least = values.iter().copied().fold(f64::INFINITY, f64::min);
            (least, values.into_iter().fold(0.0, f64::max))
        };
        let x = range(points().map(|p| p.0).chain([self.goal.at]).collect());
        let y = range(points().map(|p| p.1).chain([self.goal.cost]).collect());
        ((x.0 * 0.85, x.1 * 1.18), (y.0 * 0.6, y.1 * 2.2))
    }
}

type Error = DrawingAreaErrorKind<std::io::Error>;

fn text(size: u32, colour: RGBColor) -> TextStyle<'static> {
    (FONT, size).into_font().color(&colour)
}

trait Bold {
    fn style_bold(self) -> Self;
}

impl Bold for TextStyle<'static> {
    fn style_bold(mut self) -> Self {
        self.font = self.font.style(FontStyle::Bold);
        self
    }
}

/// Two figures of a number are enough beside a point.
fn rounded(value: f64) -> f64 {
    let unit = 10_f64.powf(value.log10().floor() - 1.0);
    (value / unit).round() * unit
}

/// A number on an axis: "0.5", "20", "1,000", "1 million".
fn number(value: f64) -> String {
    match value {
        it if it >= 1e6 => format!("{} million", it / 1e6),
        it if it >= 1e3 => {
            let rest = it.round() % 1e3;
            format!("{:.0},{rest:03.0}", (it.round() - rest) / 1e3)
        }
        it => format!("{}", (it * 1e3).round() / 1e3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_has_the_exponent_two() {
        let points: Vec<(f64, f64)> =
            [1.0, 2.0, 4.0, 8.0, 16.0].map(|x: f64| (x, 3.0 * x * x)).into();
        let power = Power::fit(&points).unwrap();
        assert!((power.exponent - 2.0).abs() < 1e-9 && (power.factor - 3.0).abs() < 1e-9);
        assert_eq!(power.from.to_bits(), 4.0_f64.to_bits());
    }

    #[test]
    fn a_plot_shows_its_title_its_goal_and_its_exponent() {
        let points: Vec<(f64, f64)> =
            [(10.0, 9.0), (100.0, 120.0), (640.0, 2900.0), (2000.0, 21000.0)].into();
        let series = |name: &str, less: f64| {
            let points: Vec<(f64, f64)> =
                points.iter().map(|(x, y)| (*x, y.powf(0.7) / less)).collect();
            Series { name: name.to_owned(), power: Power::fit(&points), points }
        };
        let plot = Plot {
            title: "What a proof costs, by the number of policies".to_owned(),
            subtitle: "no directory, 302 groups, at most two memberships combined, fixes left out"
                .to_owned(),
            across: "policies".to_owned(),
            up: "milliseconds".to_owned(),
            series: vec![
                series("proving all properties", 1.0),
                series("reading and lowering", 30.0),
            ],
            goal: Goal { at: 640.0, cost: 150.0, text: "goal: 150 ms for 640 policies".to_owned() },
        };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plot.svg");
        plot.draw(&path).unwrap();
        let drawn = std::fs::read_to_string(&path).unwrap();
        for text in [&plot.title, &plot.goal.text, &plot.across, "size ^ "] {
            assert!(drawn.contains(text), "{text} is missing");
        }
    }

    #[test]
    fn numbers_on_axes_are_read_easily() {
        let shown = [0.05, 20.0, 1000.0, 2000.0, 1e6].map(number);
        assert_eq!(shown, ["0.05", "20", "1,000", "2,000", "1 million"]);
    }
}
