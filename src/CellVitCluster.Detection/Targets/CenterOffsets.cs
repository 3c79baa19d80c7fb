using CellVitCluster.Detection.Labels;
using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Detection.Targets;

/// <summary>
/// Offset of each pixel from the center of mass of its nucleus in px, not rounded; 0 outside (spec/pannuke-training.md §3, "regression map"). As
/// published, the pixel's coordinates begin at 1 while the center counts from 0, so the offsets of a nucleus average 1, not 0; and each nucleus
/// clears its crop (<see cref="InstanceRegions.CropOf"/>) before it is written, so that an earlier neighbor is 0 where it reaches into the crop.
/// Parts of one number that do not touch are nuclei of their own.
/// </summary>
/// <param name="Horizontal"><c>[Height, Width]</c>, along x, px.</param>
/// <param name="Vertical"><c>[Height, Width]</c>, along y, px.</param>
public sealed record CenterOffsets(float[] Horizontal, float[] Vertical)
{
    /// <summary>Offsets of a label image.</summary>
    /// <param name="labels">Instances of any numbers and connectivity.</param>
    public static CenterOffsets Of(LabelImage labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var offsets = new CenterOffsets(new float[labels.Width * labels.Height], new float[labels.Width * labels.Height]);
        var regions = InstanceRegions.OfParts(labels);
        for (int region = 0; region < regions.Count; region++)
        {
            InstancePart sums = regions[region];
            double centerX = sums.Moments.SumX / (double)sums.Moments.Area;
            double centerY = sums.Moments.SumY / (double)sums.Moments.Area;
            TileRect crop = regions.CropOf(region);
            for (int y = crop.Y; y < crop.Bottom; y++)
            {
                offsets.Horizontal.AsSpan((y * labels.Width) + crop.X, crop.Width).Clear();
                offsets.Vertical.AsSpan((y * labels.Width) + crop.X, crop.Width).Clear();
            }

            foreach (PixelRun run in regions.RunsOf(region))
            {
                int row = run.Row * labels.Width;
                for (int x = run.Start; x < run.End; x++)
                {
                    offsets.Horizontal[row + x] = (float)(x + 1 - centerX);
                }

                offsets.Vertical.AsSpan(row + run.Start, run.Length).Fill((float)(run.Row + 1 - centerY));
            }
        }

        return offsets;
    }
}
