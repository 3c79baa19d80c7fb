using System.IO.Compression;
using System.Text.Json;
using CellVitCluster.Detection.Compat;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Tiles;

namespace CellVitCluster.Inference.Verification;

/// <summary>One recorded cell of an overlap case.</summary>
/// <param name="Recorded">What the cleaning looks at, as recorded.</param>
/// <param name="Box">Box in its tile.</param>
/// <param name="IsFromTile">Whether the cell came from a tile; drawn cells carry placements that need not fit their boxes.</param>
internal sealed record OverlapCaseCell(ReferenceCell Recorded, TileRect Box, bool IsFromTile)
{
    /// <summary>File with the cells.</summary>
    public const string FileName = "cells_before.json.gz";

    /// <summary>Reads all cells in their recorded order.</summary>
    /// <param name="folder">Folder of the case.</param>
    /// <param name="downsample">Factor that the recorded boxes and contours, but not the tiles' offsets, were multiplied by.</param>
    /// <exception cref="JsonException">The file is no list of cells.</exception>
    public static IReadOnlyList<OverlapCaseCell> Load(string folder, int downsample)
    {
        using FileStream file = File.OpenRead(Path.Combine(folder, FileName));
        using var gzip = new GZipStream(file, CompressionMode.Decompress);
        using var document = JsonDocument.Parse(gzip);
        return [.. document.RootElement.EnumerateArray().Select(cell => Parse(cell, downsample))];
    }

    /// <summary>Whether our own book-keeping gives the recorded placement.</summary>
    public bool PlacementMatches()
    {
        var placement = ReferencePlacement.Of(Recorded.Tile, Box);
        ReferencePlacement recorded = Recorded.Placement;
        return !IsFromTile
            || (placement.Zone == recorded.Zone
                && placement.TouchesBorder == recorded.TouchesBorder
                && (placement.EdgeTiles ?? []).SequenceEqual(recorded.EdgeTiles ?? []));
    }

    private static OverlapCaseCell Parse(JsonElement cell, int downsample)
    {
        JsonElement box = cell.GetProperty("bbox");
        JsonElement offset = cell.GetProperty("offset_global");
        int Local(int corner, int axis) => (box[corner][axis].GetInt32() / downsample) - offset[axis].GetInt32();

        int[] contour = [.. cell.GetProperty("contour").EnumerateArray().SelectMany(point => new[] { point[0].GetInt32(), point[1].GetInt32() })];
        var placement = new ReferencePlacement(
            (ReferenceZone)cell.GetProperty("cell_status").GetInt32(), cell.GetProperty("edge_position").GetBoolean(), EdgeTilesOf(cell));
        var recorded = new ReferenceCell(TileOf(cell.GetProperty("patch_coordinates")), contour, placement);
        var rect = new TileRect(Local(0, 1), Local(0, 0), Local(1, 1) - Local(0, 1), Local(1, 0) - Local(0, 0));
        return new OverlapCaseCell(recorded, rect, IsFromTile: !cell.TryGetProperty("note", out _));
    }

    private static TileId[]? EdgeTilesOf(JsonElement cell) =>
        cell.TryGetProperty("edge_information", out JsonElement information)
        && information.GetProperty("edge_patches") is { ValueKind: JsonValueKind.Array } tiles
            ? [.. tiles.EnumerateArray().Select(TileOf)]
            : null;

    private static TileId TileOf(JsonElement rowAndColumn) => new(rowAndColumn[0].GetInt32(), rowAndColumn[1].GetInt32());
}
