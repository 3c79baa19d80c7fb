using CellVitCluster.Detection.Labels;
using CellVitCluster.Domain.Geometry;

namespace CellVitCluster.Detection.Separation;

/// <summary>
/// Separates touching nuclei by the jumps of their distance maps: Sobel responses form ridges between nuclei, what lies below the ridge
/// is a marker, and a watershed grows the markers to whole nuclei (spec/inference.md §9). Pure and deterministic: the same bits on every processor.
/// <para>
/// With a fixed response range a nucleus depends on the maps within <see cref="SeparationParameters.ReachPixels"/> of the box of its foreground
/// component, and on nothing else: where that lies inside a tile, the tile's border and what lies beyond cannot change a pixel. Components count as
/// 8-connected here, because the smoothing looks across corners; further steps stay inside them: a marker that would reach across a gap would
/// close it. The exception is a component that encloses others: its markers can make theirs part of a filled hole, so it belongs to their reach.
/// </para>
/// </summary>
public static class HoverSeparator
{
    /// <summary>Separates the nuclei of one tile.</summary>
    /// <param name="maps">Network maps of any size.</param>
    /// <param name="parameters">How to separate.</param>
    /// <param name="workspace">Buffers of this thread.</param>
    /// <returns>Labels in raster order of the nuclei's markers, with gaps; memory of the workspace.</returns>
    /// <exception cref="ArgumentException">A map does not have Width × Height elements.</exception>
    public static LabelImage Separate(NetworkMaps maps, SeparationParameters parameters, SeparationWorkspace workspace)
    {
        ArgumentNullException.ThrowIfNull(maps);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(workspace);
        MapsGuard.Check(maps);
        LabelImage labels = workspace.Labels(maps.Width, maps.Height);
        Foreground foreground = workspace.Foreground;
        if (!foreground.Build(maps.Nucleus, maps.Width, maps.Height, parameters.MinimumObjectPixels))
        {
            labels.Framed.AsSpan(0, labels.Stride * (labels.Height + 2)).Clear();
            return labels;
        }

        if (parameters.Range is { } range)
        {
            StreamLandscape(maps, parameters, workspace, MinMaxScaling.Of(range.Low, range.High));
        }
        else
        {
            (MinMaxScaling alongX, MinMaxScaling alongY) = ComputeResponses(maps, parameters, workspace);
            BuildLandscape(maps, parameters, workspace, alongX, alongY);
        }

        FindMarkers(maps, workspace);
        var heights = new SmoothHeights(foreground, workspace.AlongX(maps.Width, maps.Height), workspace.AlongY(maps.Width, maps.Height));
        workspace.Watershed.Flood(
            labels,
            heights,
            foreground,
            workspace.Components,
            parameters.MarkerMinimumPixels,
            publishedTieOrder: parameters.Range is null);
        return labels;
    }

    /// <summary>
    /// Steps 2 and 3 as published: leaves the responses in the workspace and returns how they scale to 0 … 1. The tile's extremes count, also those
    /// outside the foreground.
    /// </summary>
    internal static (MinMaxScaling AlongX, MinMaxScaling AlongY) ComputeResponses(
        NetworkMaps maps, SeparationParameters parameters, SeparationWorkspace workspace)
    {
        SobelFilter<double> sobel = workspace.ExactSobel(parameters.SobelSize);
        var tile = new TileRect(0, 0, maps.Width, maps.Height);
        (double lowX, double highX) = sobel.AlongX(
            Horizontal(maps), MinMaxScaling.Of(maps.Horizontal), tile, workspace.AlongX(maps.Width, maps.Height));
        (double lowY, double highY) = sobel.AlongY(
            Vertical(maps), MinMaxScaling.Of(maps.Vertical), tile, workspace.AlongY(maps.Width, maps.Height));
        return (MinMaxScaling.Of(lowX, highX), MinMaxScaling.Of(lowY, highY));
    }

    /// <summary>Steps 4 to 7 but for the smoothing: leaves depths (in place of the responses along x) and the marker mask in the workspace.</summary>
    internal static void BuildLandscape(
        NetworkMaps maps, SeparationParameters parameters, SeparationWorkspace workspace, MinMaxScaling alongX, MinMaxScaling alongY)
    {
        RidgeLandscape.Combine(
            workspace.Foreground,
            workspace.AlongX(maps.Width, maps.Height),
            workspace.AlongY(maps.Width, maps.Height),
            new RidgeRow(alongX, alongY, parameters.RidgeThreshold),
            workspace.Markers(maps.Width, maps.Height));
    }

    /// <summary>Steps 3 to 7 with a fixed range, in one go: leaves depths and the marker mask as <see cref="BuildLandscape"/> does.</summary>
    internal static void StreamLandscape(NetworkMaps maps, SeparationParameters parameters, SeparationWorkspace workspace, MinMaxScaling range)
    {
        RidgeLandscape.Stream(
            workspace.Foreground,
            Horizontal(maps),
            Vertical(maps),
            workspace.FastSobel(parameters.SobelSize),
            new RidgeRow(range, range, parameters.RidgeThreshold),
            workspace.AlongX(maps.Width, maps.Height),
            workspace.Markers(maps.Width, maps.Height));
    }

    /// <summary>Steps 8 and 9: closes, opens and labels the markers.</summary>
    internal static void FindMarkers(NetworkMaps maps, SeparationWorkspace workspace)
    {
        Span<byte> markers = workspace.Markers(maps.Width, maps.Height);
        workspace.Morphology.FillHoles(markers, maps.Width, maps.Height);
        workspace.Morphology.Open(markers, maps.Width, maps.Height);
        workspace.Components.FindSet(markers, maps.Width, maps.Height);
    }

    private static FloatMap Horizontal(NetworkMaps maps) => new(maps.Horizontal, maps.Width, maps.Height);

    private static FloatMap Vertical(NetworkMaps maps) => new(maps.Vertical, maps.Width, maps.Height);
}
