using CellVitCluster.Detection.Classes;
using CellVitCluster.Detection.Contours;
using CellVitCluster.Detection.Labels;
using CellVitCluster.Detection.Measures;
using CellVitCluster.Detection.Separation;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Runs;

namespace CellVitCluster.Detection;

/// <summary>
/// Network maps of one tile to its nuclei: separation, outlines, class votes, measures (spec/inference.md §9 and §10). Pure; concurrent calls need
/// separate workspaces. Deterministic: the same bits on every processor.
/// </summary>
public static class NucleusExtractor
{
    /// <summary>Keeps the reference's share of votes away from a division by zero.</summary>
    private const double ReferenceEpsilon = 1e-6;

    /// <summary>Separates and describes the nuclei of a tile.</summary>
    /// <param name="maps">Network maps; sides up to 2,047 px, the reach of a contour's coordinates.</param>
    /// <param name="parameters">How to separate.</param>
    /// <param name="mode">Whose rules decide what is lost.</param>
    /// <param name="workspace">Buffers of this thread.</param>
    /// <returns>Nuclei in the order of their instance numbers; independent of the workspace.</returns>
    /// <exception cref="ArgumentException">A map does not have Width × Height elements.</exception>
    public static TileNuclei Extract(
        NetworkMaps maps, SeparationParameters parameters, CompatibilityMode mode, SeparationWorkspace workspace) =>
        Describe(HoverSeparator.Separate(maps, parameters, workspace), maps, mode, workspace);

    /// <summary>Describes the nuclei of a label image.</summary>
    /// <param name="labels">Instances; may be memory of the workspace. In the default mode holes are filled in this image.</param>
    /// <param name="maps">Maps of the same size.</param>
    /// <param name="mode">
    /// Default: a hole belongs to the nucleus around it, unless another nucleus lies in it; a nucleus of several parts is its largest part; the
    /// outline follows the edges of the pixels and encloses as much as they cover. Reference: box, area, center and votes cover all parts
    /// while the contour, through pixel centers, is that of the part that begins last; thin nuclei are dropped; so is the first nucleus of an
    /// image without any background. In both modes nuclei whose pixels all vote for background are dropped.
    /// </param>
    /// <param name="workspace">Buffers of this thread.</param>
    /// <returns>Nuclei in the order of their instance numbers.</returns>
    public static TileNuclei Describe(LabelImage labels, NetworkMaps maps, CompatibilityMode mode, SeparationWorkspace workspace)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(maps);
        ArgumentNullException.ThrowIfNull(workspace);
        if (mode == CompatibilityMode.Default)
        {
            workspace.Holes.Fill(labels);
        }

        InstanceParts parts = workspace.Parts;
        parts.Collect(labels, maps);
        var cells = new List<TileCell>(parts.Parts.Length);
        var probabilities = new List<float>(parts.Parts.Length * parts.ProbabilityCount);
        Span<int> sums = stackalloc int[parts.ProbabilityCount];
        bool skipFirst = mode == CompatibilityMode.Reference && parts.LabeledPixels == labels.Width * labels.Height;
        for (int label = 1; label <= parts.LargestLabel; label++)
        {
            int last = parts.LastPartOf(label);
            if (last < 0)
            {
                continue;
            }

            if (skipFirst)
            {
                skipFirst = false;
                continue;
            }

            TileCell? cell = mode == CompatibilityMode.Reference
                ? DescribeWhole(labels, maps, parts, last, workspace.ContourTracer, sums)
                : DescribeLargestPart(labels, maps, parts, last, workspace.CrackTracer, sums);
            if (cell is not null)
            {
                cells.Add(cell);
                AddMeans(sums, probabilities);
            }
        }

        return new TileNuclei(cells, new ClassProbabilities(parts.ProbabilityCount, [.. probabilities]));
    }

    private static TileCell? DescribeLargestPart(
        LabelImage labels, NetworkMaps maps, InstanceParts parts, int last, CrackTracer tracer, Span<int> probabilities)
    {
        int largest = last;
        for (int part = parts.PartBefore(last); part >= 0; part = parts.PartBefore(part))
        {
            // On a tie the part that begins first, so that the choice does not depend on where the tile lies.
            largest = parts.Parts[part].Moments.Area >= parts.Parts[largest].Moments.Area ? part : largest;
        }

        var vote = ClassVote.Of(parts.VotesOf(largest));
        if (vote.Class == 0)
        {
            return null;
        }

        InstancePart sums = parts.Parts[largest];
        parts.ProbabilitiesOf(largest).CopyTo(probabilities);
        var contour = TileContour.OnHalfPixels(tracer.Trace(labels, sums.FirstX, sums.FirstY));
        return Cell(sums, contour, vote, sums.Moments.Area, maps);
    }

    private static TileCell? DescribeWhole(
        LabelImage labels, NetworkMaps maps, InstanceParts parts, int last, ContourTracer tracer, Span<int> probabilities)
    {
        InstancePart sums = parts.Parts[last];
        ReadOnlySpan<int> points = tracer.Trace(labels, sums.FirstX, sums.FirstY);
        Span<int> votes = stackalloc int[parts.ClassCount];
        parts.VotesOf(last).CopyTo(votes);
        parts.ProbabilitiesOf(last).CopyTo(probabilities);
        for (int part = parts.PartBefore(last); part >= 0; part = parts.PartBefore(part))
        {
            sums.Add(parts.Parts[part]);
            AddTo(votes, parts.VotesOf(part));
            AddTo(probabilities, parts.ProbabilitiesOf(part));
        }

        var vote = ClassVote.Of(votes);
        return vote.Class == 0 || points.Length < 6
            ? null
            : Cell(sums, TileContour.ThroughPixelCenters(points), vote, sums.Moments.Area + ReferenceEpsilon, maps);
    }

    private static void AddTo(Span<int> sums, ReadOnlySpan<int> more)
    {
        for (int id = 0; id < sums.Length; id++)
        {
            sums[id] += more[id];
        }
    }

    /// <summary>Mean soft-max of a nucleus. Divided by the sum over the classes, not by 255·area, so that what rounding took adds up to 1 again.</summary>
    private static void AddMeans(ReadOnlySpan<int> sums, List<float> means)
    {
        long total = 0;
        foreach (int sum in sums)
        {
            total += sum;
        }

        foreach (int sum in sums)
        {
            means.Add((float)(sum / (double)total));
        }
    }

    private static TileCell Cell(in InstancePart sums, TileContour contour, ClassVote vote, double voters, NetworkMaps maps)
    {
        var outline = OutlineMeasures.Of(contour);
        return new TileCell
        {
            Box = sums.Box,
            Centroid = new TilePoint(sums.Moments.CenterX, sums.Moments.CenterY),
            Contour = contour,
            AreaPixels = sums.Moments.Area,
            Shape = new NucleusShape(
                (float)outline.Perimeter, (float)outline.MaxDiameter, (float)outline.Circularity, sums.Moments.OrientationDegrees),
            Class = vote.Class,
            ClassShare = vote.Count / voters,
            NucleusProbability = maps.NucleusProbability is null ? 0 : (float)(sums.SumProbability / sums.Moments.Area),
        };
    }
}
