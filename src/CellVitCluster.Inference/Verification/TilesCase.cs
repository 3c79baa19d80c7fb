using System.Text.Json;
using SkiaSharp;

namespace CellVitCluster.Inference.Verification;

/// <summary>
/// The pictures all other cases start from: the mosaic must show tile a and tile b, turned as recorded, at the recorded places. Shows that
/// pictures are decoded exactly and that rows and columns are not swapped.
/// </summary>
public sealed class TilesCase : IGoldenCase
{
    private readonly string _folder;

    private TilesCase(string folder, string name)
    {
        _folder = folder;
        Name = name;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Recognizes a folder with <c>tiles.json</c> and a mosaic.</summary>
    public static IEnumerable<IGoldenCase> Find(string folder, string name)
    {
        if (File.Exists(Path.Combine(folder, "tiles.json")) && File.Exists(Path.Combine(folder, "mosaic_1024.png")))
        {
            yield return new TilesCase(folder, name);
        }
    }

    /// <inheritdoc/>
    public GoldenResult Run(CancellationToken cancellation)
    {
        try
        {
            using JsonDocument plan = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "tiles.json")));
            using SKBitmap mosaic = Decode("mosaic_1024.png");
            using SKBitmap a = Decode("tile_a_256.png");
            using SKBitmap b = Decode("tile_b_256.png");
            string nameOfA = plan.RootElement.GetProperty("a").GetString()!;
            string nameOfB = plan.RootElement.GetProperty("b").GetString()!;
            int largest = 0, compared = 0, index = 0;
            foreach (JsonElement place in plan.RootElement.GetProperty("mosaic_plan_row_major").EnumerateArray())
            {
                string image = place.GetProperty("image").GetString()!;
                SKBitmap? tile = image == nameOfA ? a : image == nameOfB ? b : null;
                if (tile is not null)
                {
                    largest = Math.Max(largest, Difference(mosaic, tile, index % 4 * 256, index / 4 * 256, place.GetProperty("dihedral").GetInt32()));
                    compared++;
                }

                index++;
            }

            return compared > 0
                ? new GoldenResult(Name, largest == 0 ? GoldenOutcome.Passed : GoldenOutcome.Failed, largest, 0, $"{compared} places of the mosaic")
                : new GoldenResult(Name, GoldenOutcome.Failed, double.PositiveInfinity, 0, "no place of the mosaic shows tile a or b");
        }
        catch (Exception exception) when (exception is IOException or FormatException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new GoldenResult(Name, GoldenOutcome.Failed, double.PositiveInfinity, 0, exception.Message);
        }
    }

    /// <summary>Largest difference of a channel over one place of the mosaic.</summary>
    private static int Difference(SKBitmap mosaic, SKBitmap tile, int left, int top, int dihedral)
    {
        int largest = 0, side = tile.Width;
        for (int y = 0; y < side; y++)
        {
            for (int x = 0; x < side; x++)
            {
                (int sx, int sy) = Source(x, y, side, dihedral);
                SKColor expected = tile.GetPixel(sx, sy), found = mosaic.GetPixel(left + x, top + y);
                largest = Math.Max(largest, Math.Abs(expected.Red - found.Red));
                largest = Math.Max(largest, Math.Abs(expected.Green - found.Green));
                largest = Math.Max(largest, Math.Abs(expected.Blue - found.Blue));
            }
        }

        return largest;
    }

    /// <summary>Where the pixel at (x, y) of the turned tile comes from: k mod 4 quarter turns counter-clockwise, then a mirror for k ≥ 4.</summary>
    private static (int X, int Y) Source(int x, int y, int side, int dihedral)
    {
        if (dihedral >= 4)
        {
            x = side - 1 - x;
        }

        for (int turn = dihedral % 4; turn > 0; turn--)
        {
            (x, y) = (side - 1 - y, x);
        }

        return (x, y);
    }

    private SKBitmap Decode(string file) =>
        SKBitmap.Decode(Path.Combine(_folder, file)) ?? throw new FormatException($"'{file}' is no readable picture.");
}
