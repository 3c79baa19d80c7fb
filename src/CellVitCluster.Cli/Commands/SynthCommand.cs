using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using CellVitCluster.Cli.Output;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Slides.Synthetic;

namespace CellVitCluster.Cli.Commands;

/// <summary><c>cellvit synth</c>: a slide of tissue that never existed, with its exact truth.</summary>
internal static partial class SynthCommand
{
    public static Command Create()
    {
        var output = new Argument<FileInfo>("OUT.tiff") { Description = "Slide to write." };
        var size = new Option<string>("--size") { Description = "Width and height in pixels of 0.25 µm.", HelpName = "WxH", Required = true };
        var seed = new Option<long>("--seed") { Description = "The same seed makes the same bytes.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var truth = new Option<FileInfo?>("--truth") { Description = "Ground truth to write. Default: OUT.truth.geojson.", HelpName = "OUT.geojson" };
        var density = new Option<double>("--nuclei-per-mm2")
        {
            Description = "Nuclei per mm² of tissue.",
            HelpName = "N",
            DefaultValueFactory = _ => SyntheticSlideOptions.DefaultNucleiPerSquareMillimeter,
        };
        var command = new Command(
            "synth",
            "Writes a synthetic H&E-like slide (tiled, pyramidal TIFF at 0.25 µm/px) and the outlines of all its nuclei.\n\nExample:\n"
            + "  cellvit synth test.tiff --size 20000x20000 --seed 7")
        {
            output, size, seed, truth, density,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            string slide = parsed.GetRequiredValue(output).FullName;
            (int width, int height) = ParseSize(parsed.GetRequiredValue(size));
            var options = new SyntheticSlideOptions
            {
                Width = width,
                Height = height,
                Seed = parsed.GetValue(seed),
                NucleiPerSquareMillimeter = parsed.GetValue(density),
            };
            string truthPath = parsed.GetValue(truth)?.FullName ?? Path.ChangeExtension(slide, ".truth.geojson");
            long nuclei = await SyntheticSlideWriter.WriteAsync(options, slide, truthPath, new PercentLine(), cancellation);
            Terminal.Results.WriteLine(FormattableString.Invariant($"{slide}: {width} x {height} px, {nuclei:N0} nuclei, truth in {truthPath}"));
            return ExitCodes.Done;
        });
        return command;
    }

    private static (int Width, int Height) ParseSize(string text)
    {
        Match match = Size().Match(text);
        return match.Success
            ? (int.Parse(match.Groups["w"].ValueSpan, CultureInfo.InvariantCulture), int.Parse(match.Groups["h"].ValueSpan, CultureInfo.InvariantCulture))
            : throw new ConfigurationException(
                "The size of the slide cannot be understood.", $"Found '{text}', expected WxH in pixels.", "Write for example --size 3000x2000.");
    }

    [GeneratedRegex(@"^(?<w>\d{1,7})[xX×](?<h>\d{1,7})$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Size();

    /// <summary>A line per tenth on standard error.</summary>
    private sealed class PercentLine : IProgress<double>
    {
        private int _tenth;

        public void Report(double value)
        {
            int tenth = (int)(value * 10);
            if (Interlocked.Exchange(ref _tenth, tenth) < tenth && tenth < 10)
            {
                Console.Error.WriteLine(FormattableString.Invariant($"{tenth * 10} %"));
            }
        }
    }
}
